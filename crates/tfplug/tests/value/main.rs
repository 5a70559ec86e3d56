//! Values: the wire, stored state, models, and what counts as the same.

#[cfg(test)]
mod attr;
#[cfg(test)]
mod equivalence;
#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod model;
#[cfg(test)]
mod numbers;
#[cfg(test)]
mod paths;
#[cfg(test)]
mod property;
#[cfg(test)]
mod state;
#[cfg(test)]
mod types;
#[cfg(test)]
mod wire;

/// The bytes that a hexadecimal text spells.
#[cfg(test)]
fn hex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// Bytes as a hexadecimal text.
#[cfg(test)]
fn spell(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
