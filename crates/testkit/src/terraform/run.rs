//! What a run of Terraform said.

use std::process::Output;

/// What one run of Terraform left behind.
#[derive(Debug, Clone)]
pub struct Run {
    /// Its exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// Standard output, and then standard error.
    pub text: String,
}

impl Run {
    /// What a program that has ended left behind.
    pub fn of(output: &Output) -> Self {
        let text = [&output.stdout, &output.stderr].map(|part| String::from_utf8_lossy(part));
        Self { code: output.status.code(), text: text.concat() }
    }

    /// The text as one line, without the frame that fits it into a terminal.
    pub fn flat(&self) -> String {
        flat(&self.text)
    }
}

/// A text as one line, without the frame and the line breaks that fit it into a terminal.
pub fn flat(text: &str) -> String {
    text.replace(['│', '╷', '╵'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_across_the_lines_of_its_frame() {
        assert_eq!(flat("╷\n│ Error: it\n│ broke\n╵\n"), "Error: it broke");
    }
}
