//! Deforming inputs as bytes.

use fastrand::Rng;

use crate::json;
use crate::words::word;

/// The longest input, in bytes; beyond it only time is to be lost.
pub(crate) const LONGEST: usize = 1 << 14;

/// A deformed copy of one of the inputs.
pub(crate) fn deformed(inputs: &[Vec<u8>], words: &[String], rng: &mut Rng) -> Vec<u8> {
    let mut input = rng.choice(inputs).cloned().unwrap_or_default();
    for _ in 0..=rng.usize(..4) {
        let as_json = rng.bool().then(|| json::deformed(&input, words, rng)).flatten();
        input = match as_json {
            Some(deformed) => deformed,
            None => bytes(input, inputs, words, rng),
        };
        input.truncate(LONGEST);
    }
    input
}

fn bytes(mut input: Vec<u8>, inputs: &[Vec<u8>], words: &[String], rng: &mut Rng) -> Vec<u8> {
    let at = rng.usize(..=input.len());
    let part = at..at + rng.usize(..=(input.len() - at).min(16));
    match rng.u8(..9) {
        0 => input.truncate(at),
        1 => drop(input.splice(part, [])),
        2 => {
            let copy = input.get(part).unwrap_or_default().repeat(rng.usize(1..4));
            input.splice(at..at, copy);
        }
        3 => drop(input.splice(part, word(words, rng).bytes())),
        4 => drop(input.splice(at..at, word(words, rng).bytes())),
        5 => {
            let other = rng.choice(inputs).cloned().unwrap_or_default();
            let from = rng.usize(..=other.len());
            input.truncate(at);
            input.extend(other.get(from..).unwrap_or_default());
        }
        6 => input.insert(at, rng.u8(..)),
        7 => change(&mut input, at, |byte| byte ^ (1 << rng.u8(..8))),
        _ => {
            let new = *rng.choice(&[0x00, 0x01, 0x7f, 0x80, 0xc0, 0xc4, 0xd4, 0xff]).unwrap_or(&0);
            change(&mut input, at, |_| new);
        }
    }
    input
}

fn change(input: &mut [u8], at: usize, to: impl FnOnce(u8) -> u8) {
    if let Some(byte) = input.get_mut(at) {
        *byte = to(*byte);
    }
}
