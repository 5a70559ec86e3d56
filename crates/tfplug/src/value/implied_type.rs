//! The types of Rust that each stand for one type of Terraform.

use std::collections::{BTreeMap, BTreeSet};

use super::attr::Attr;
use super::sensitive::Sensitive;
use super::ty::Type;

/// A Rust type that stands for one [`Type`], as cty's
/// [`ImpliedType`](https://pkg.go.dev/github.com/zclconf/go-cty/cty/gocty#ImpliedType) has it for Go.
///
/// The parameters and the result of a [`Function`](crate::Function) take their types from here, so
/// that what is announced and what is computed cannot differ. A struct says which object it is:
///
/// ```
/// use serde::Serialize;
/// use tfplug::value::{ImpliedType, Type};
///
/// #[derive(Serialize)]
/// struct Point {
///     x: f64,
///     label: Option<String>,
/// }
///
/// impl ImpliedType for Point {
///     fn implied_type() -> Type {
///         Type::object([("x", f64::implied_type()), ("label", String::implied_type())])
///     }
/// }
/// ```
pub trait ImpliedType {
    /// Whether null is one of its values.
    const ALLOWS_NULL: bool = false;

    /// Whether what is not known yet is one of its values.
    const ALLOWS_UNKNOWN: bool = false;

    /// The type of its values.
    fn implied_type() -> Type;
}

macro_rules! implied {
    ($($implied:ident: $($rust:ty),+;)*) => { $($(
        impl ImpliedType for $rust {
            fn implied_type() -> Type {
                Type::$implied
            }
        }
    )+)* };
}

implied! {
    Bool: bool;
    Number: i8, i16, i32, i64, u8, u16, u32, u64, f32, f64;
    String: String;
}

impl<T: ImpliedType> ImpliedType for Vec<T> {
    fn implied_type() -> Type {
        Type::list(T::implied_type())
    }
}

impl<T: ImpliedType> ImpliedType for BTreeSet<T> {
    fn implied_type() -> Type {
        Type::set(T::implied_type())
    }
}

impl<T: ImpliedType> ImpliedType for BTreeMap<String, T> {
    fn implied_type() -> Type {
        Type::map(T::implied_type())
    }
}

/// Null is `None`.
impl<T: ImpliedType> ImpliedType for Option<T> {
    const ALLOWS_NULL: bool = true;
    const ALLOWS_UNKNOWN: bool = T::ALLOWS_UNKNOWN;

    fn implied_type() -> Type {
        T::implied_type()
    }
}

impl<T: ImpliedType> ImpliedType for Attr<T> {
    const ALLOWS_NULL: bool = true;
    const ALLOWS_UNKNOWN: bool = true;

    fn implied_type() -> Type {
        T::implied_type()
    }
}

/// Terraform itself keeps the mark of a sensitive argument on the result.
impl<T: ImpliedType> ImpliedType for Sensitive<T> {
    const ALLOWS_NULL: bool = T::ALLOWS_NULL;
    const ALLOWS_UNKNOWN: bool = T::ALLOWS_UNKNOWN;

    fn implied_type() -> Type {
        T::implied_type()
    }
}
