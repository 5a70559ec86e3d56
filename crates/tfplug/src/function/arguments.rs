//! The arguments of a function, by position: which types they have, and how they are read.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::error::FunctionError;
use super::signature::{ArgumentType, Parameter};
use crate::path::{Path, Step};
use crate::value::{ImpliedType, Value, ValueError, from_value};

/// The arguments of a [`Function`](crate::Function): a tuple of up to eight types, one for each
/// parameter.
///
/// The types decide what may be given: `Option<T>` takes null, [`Attr<T>`](crate::value::Attr) also
/// what is not known yet, and [`Variadic<T>`] in the last place any number of arguments. For any other
/// type it is Terraform that refuses a null, and that answers for what is not known yet without a call.
pub trait Arguments: Sized {
    /// An array with one [`Parameter`] for each argument.
    type Parameters: IntoIterator<Item = Parameter>;

    /// What each argument may be.
    fn types() -> Vec<ArgumentType>;

    /// Reads the arguments from a list of their values, in which those of a variadic parameter are a
    /// list of their own.
    fn decode(arguments: &Value) -> Result<Self, ValueError>;
}

/// A type that an argument can have: each [`ImpliedType`], and [`Variadic`].
pub trait Argument: DeserializeOwned {
    /// What the argument may be.
    fn argument_type() -> ArgumentType;
}

impl<T: ImpliedType + DeserializeOwned> Argument for T {
    fn argument_type() -> ArgumentType {
        ArgumentType::of::<T>(false)
    }
}

/// All the arguments from one place on, perhaps none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Variadic<T>(pub Vec<T>);

impl<T: ImpliedType + DeserializeOwned> Argument for Variadic<T> {
    fn argument_type() -> ArgumentType {
        ArgumentType::of::<T>(true)
    }
}

impl Arguments for () {
    type Parameters = [Parameter; 0];

    fn types() -> Vec<ArgumentType> {
        Vec::new()
    }

    fn decode(_: &Value) -> Result<Self, ValueError> {
        Ok(())
    }
}

macro_rules! tuples {
    ($($count:literal: $($argument:ident),+;)*) => { $(
        impl<$($argument: Argument),+> Arguments for ($($argument,)+) {
            type Parameters = [Parameter; $count];

            fn types() -> Vec<ArgumentType> {
                vec![$($argument::argument_type()),+]
            }

            fn decode(arguments: &Value) -> Result<Self, ValueError> {
                from_value(arguments)
            }
        }
    )* };
}

tuples! {
    1: A;
    2: A, B;
    3: A, B, C;
    4: A, B, C, D;
    5: A, B, C, D, E;
    6: A, B, C, D, E, F;
    7: A, B, C, D, E, F, G;
    8: A, B, C, D, E, F, G, H;
}

/// What the caller gave that the arguments cannot hold, such as a null within a list.
pub(super) fn misfit(error: &ValueError, types: &[ArgumentType]) -> FunctionError {
    let mut steps = error.path().steps().iter();
    let mut next = || match steps.next() {
        Some(Step::Index(index)) => usize::try_from(*index).ok(),
        _ => None,
    };
    let Some(first) = next() else {
        return FunctionError::new(format!("The arguments cannot be used: {error}."));
    };
    let variadic = types.get(first).is_some_and(ArgumentType::is_variadic);
    let place = if variadic { next().map(|index| first + index) } else { Some(first) };
    let within: Path = steps.cloned().collect();
    let message = error.message();
    let text = if within.is_root() {
        format!("The value cannot be used: {message}.")
    } else {
        format!("The value cannot be used: {within}: {message}.")
    };
    match place {
        Some(place) => FunctionError::new(text).argument(place),
        None => FunctionError::new(text),
    }
}
