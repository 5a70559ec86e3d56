//! What goes wrong on purpose: the rules that wait for calls, what each does to one, and the
//! interface that people and tests in other languages inject them through.

mod check;
pub(crate) mod control;
pub(crate) mod effect;
pub(crate) mod fault;
pub(crate) mod queue;
