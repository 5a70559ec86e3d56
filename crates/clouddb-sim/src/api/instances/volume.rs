//! The volume of an instance, as bodies give its size.

use serde_json::Value;

use crate::message::python::repr;
use crate::message::reply::Reply;

/// The size of a volume in GB, which may come as text.
pub(crate) fn size(volume: Option<&Value>, max: u64) -> Result<u64, Reply> {
    let Some(size) = volume.and_then(|volume| volume.get("size")) else {
        return Err(Reply::bad_request("Volume size was not specified."));
    };
    let gb = gigabytes(size);
    if gb == 0 {
        return Err(Reply::bad_request(format!(
            "Volume 'size' needs to be a positive integer value, {} cannot be accepted.",
            repr(size)
        )));
    }
    check_size(gb, max)?;
    Ok(gb)
}

/// A size that passed the shape: whole and not negative.
pub(crate) fn gigabytes(size: &Value) -> u64 {
    match size {
        // More digits than fit are larger than any maximum.
        Value::String(digits) => digits.parse().unwrap_or(u64::MAX),
        other => other.as_u64().unwrap_or_default(),
    }
}

pub(crate) fn check_size(gb: u64, max: u64) -> Result<(), Reply> {
    if gb > max {
        return Err(Reply::fault(
            413,
            format!("Volume 'size' cannot exceed maximum of {max} GB, {gb} cannot be accepted."),
        ));
    }
    Ok(())
}
