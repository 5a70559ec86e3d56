//! Text that may come from anywhere, made fit for a terminal and a log.
//!
//! What a service or a file says stands in diagnostics and in the log, and Terraform prints both as they
//! are. So no sign passes that moves the cursor, changes colours or turns the direction of writing, and
//! no text is longer than anybody reads.

/// The longest line of a diagnostic, in characters.
const LONGEST_LINE: usize = 4_000;

/// What is kept of the end of a longer one: advice stands there.
const LINE_END: usize = 500;

/// The most lines of a diagnostic.
const MOST_LINES: usize = 300;

/// How many of them are kept at the end.
const LAST_LINES: usize = 50;

/// What stands where a sign stood that could not be printed.
const INSTEAD: char = '\u{fffd}';

/// The text as a paragraph or several of a diagnostic.
pub(crate) fn paragraphs(text: &str) -> String {
    let text = signs(text);
    let count = text.lines().count();
    let hidden =
        if count > MOST_LINES { MOST_LINES - LAST_LINES..count - LAST_LINES } else { 0..0 };
    let mut kept: Vec<String> = Vec::new();
    for (number, line) in text.split('\n').enumerate() {
        if !hidden.contains(&number) {
            kept.push(shortened(line));
        } else if number == hidden.start {
            kept.push(format!("[{} lines are left out]", hidden.len()));
        }
    }
    kept.join("\n")
}

/// The text as the one line of a summary.
pub(crate) fn line(text: &str) -> String {
    shortened(&signs(text).replace('\n', " "))
}

/// The text with nothing but what can be printed, and line breaks and tabs.
pub(crate) fn signs(text: &str) -> String {
    let printable = |sign| match sign {
        '\n' | '\t' => sign,
        sign if sign.is_control() || turns(sign) => INSTEAD,
        sign => sign,
    };
    text.replace("\r\n", "\n").chars().map(printable).collect()
}

/// Whether a sign sets the direction of writing, or breaks a line where no other sign of this kind does.
fn turns(sign: char) -> bool {
    matches!(
        sign,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

fn shortened(line: &str) -> String {
    let count = line.chars().count();
    if count <= LONGEST_LINE {
        return line.to_owned();
    }
    let begin: String = line.chars().take(LONGEST_LINE - LINE_END).collect();
    let end: String = line.chars().skip(count - LINE_END).collect();
    format!("{begin} [{} characters are left out] {end}", count - LONGEST_LINE)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each sign that does something else than to stand there.
    fn active() -> impl Iterator<Item = char> {
        let controls = ('\0'..='\u{9f}').filter(|sign| sign.is_control());
        let turning = ['\u{61c}', '\u{200e}', '\u{200f}', '\u{2028}', '\u{2029}'];
        let turning = turning.into_iter().chain('\u{202a}'..='\u{202e}');
        controls.chain(turning).chain('\u{2066}'..='\u{2069}')
    }

    #[test]
    fn no_sign_passes_that_does_something() {
        for sign in active().filter(|sign| !matches!(sign, '\n' | '\t')) {
            let text = format!("before{sign}[2Jafter");

            assert_eq!(paragraphs(&text), "before\u{fffd}[2Jafter");
            assert_eq!(line(&text), "before\u{fffd}[2Jafter");
        }
    }

    #[test]
    fn text_in_any_language_and_its_paragraphs_stay_as_they_are() {
        let text = "one\n\n  ünïcode \u{1f980} 数据库\tשלום\n";

        assert_eq!(paragraphs(text), text);
        assert_eq!(paragraphs("one\r\ntwo"), "one\ntwo");
        assert_eq!(line("one\ntwo"), "one two");
    }

    #[test]
    fn of_a_long_text_the_beginning_and_the_end_are_kept() {
        let one = format!("{}the end.", "x".repeat(1_000_000));
        let many = format!("{}\nthe end.", "line\n".repeat(10_000));

        for text in [one, many] {
            let kept = paragraphs(&text);

            assert!(kept.len() < 5_000, "{}", kept.len());
            assert!(kept.contains("left out") && kept.ends_with("the end."), "{kept}");
        }
    }
}
