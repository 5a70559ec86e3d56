//! Which faults are refused: those that change nothing, that contradict themselves, or that wait for a
//! call which nobody can make. A test with such a fault would prove nothing.

use std::time::Duration;

use crate::api::answers;
use crate::faults::effect::{FaultKind, Late, TakesEffect};
use crate::faults::fault::Fault;
use crate::message::path::overlap;
use crate::message::reply::Flow;

/// Why a fault is refused.
pub(crate) fn check(fault: &Fault) -> Result<(), String> {
    check_call(fault)?;
    if fault.times == 0 {
        return Err("`times` is 0: the fault would never happen".into());
    }
    check_fields(fault)?;
    check_effect(fault)?;
    if changes_nothing(fault) {
        return Err(
            "the fault changes nothing: give a `kind`, a `status`, a `body`, a `delay`, a \
                    `hold`, a `flow`, a `namesake`, or `expire_tokens`"
                .into(),
        );
    }
    Ok(())
}

/// The calls to the identity service and for the versions, by method and path.
const OUTSIDE: &[(&str, &str)] = &[
    ("GET", "/"),
    ("GET", "/v1.0"),
    ("GET", "/*/v1.0"),
    ("GET", "/v2.0"),
    ("POST", "/v2.0/tokens"),
    ("GET", "/v2.0/tokens/*"),
    ("DELETE", "/v2.0/tokens"),
    ("DELETE", "/v2.0/tokens/*"),
];

fn check_call(fault: &Fault) -> Result<(), String> {
    let calls = || answers().chain(OUTSIDE.iter().copied());
    let method = |method: &str| fault.method == "*" || fault.method.eq_ignore_ascii_case(method);
    let (text, path) = (&fault.method, &fault.path);
    if !calls().any(|(it, _)| method(it)) {
        return Err(format!("no call has the method \"{text}\""));
    }
    if !calls().any(|(_, it)| overlap(path, it)) {
        return Err(format!(
            "no call has the path \"{path}\": below the account it begins with \"/instances\", for \
             example, without version and account"
        ));
    }
    if calls().any(|(it, other)| method(it) && overlap(path, other)) {
        return Ok(());
    }
    Err(format!("no call \"{text} {path}\" exists"))
}

fn check_fields(fault: &Fault) -> Result<(), String> {
    let kind = fault.resolved_kind();
    let of_status = kind == FaultKind::Status;
    let misfits = [
        (fault.status.is_some() && !kind.replaces(), "status"),
        (fault.retry_after.is_some() && !kind.replaces(), "retry_after"),
        (fault.message.is_some() && !of_status, "message"),
        (fault.body.is_some() && !of_status, "body"),
        (fault.item.is_some() && kind != FaultKind::Omit, "item"),
        (fault.hold > Duration::ZERO && kind == FaultKind::Hang, "hold"),
        (fault.flow != Flow::Whole && !(kind.replaces() || kind.sends_its_own()), "flow"),
        (fault.after_effect && kind.carries_out(), "after_effect"),
        (fault.late.is_some() && kind.carries_out(), "late"),
    ];
    if let Some((_, field)) = misfits.iter().find(|(misfit, _)| *misfit) {
        return Err(format!("`{field}` does not fit a fault of the kind \"{}\"", kind.name()));
    }
    if fault.message.is_some() && fault.body.is_some() {
        return Err("`message` and `body` exclude each other".into());
    }
    if kind == FaultKind::Omit && fault.item.is_none() {
        return Err("a fault of the kind \"omit\" needs an `item`: an ID, a name, or `*`".into());
    }
    if let Some(status) = fault.status.filter(|status| !(200..=599).contains(status)) {
        return Err(format!("{status} is no status that a reply can have"));
    }
    Ok(())
}

fn check_effect(fault: &Fault) -> Result<(), String> {
    let method = |wanted: &str| fault.method == "*" || fault.method.eq_ignore_ascii_case(wanted);
    if fault.after_effect && fault.late.is_some() {
        return Err("`after_effect` and `late` exclude each other".into());
    }
    if matches!(fault.late, Some(Late::Calls(0))) {
        return Err("`late` of 0 calls: the first call that comes after it is 1".into());
    }
    if fault.namesake && !method("POST") {
        return Err("`namesake` is about creations, which are POST".into());
    }
    if fault.resolved_kind() == FaultKind::Omit && !method("GET") {
        return Err("`omit` is about lists, which are GET".into());
    }
    Ok(())
}

fn changes_nothing(fault: &Fault) -> bool {
    let effect = fault.effect();
    fault.resolved_kind() == FaultKind::Delay
        && effect.delay.is_zero()
        && effect.hold.is_zero()
        && effect.flow == Flow::Whole
        && effect.takes_effect == TakesEffect::BeforeReply
        && !effect.namesake
        && !effect.expire_tokens
}
