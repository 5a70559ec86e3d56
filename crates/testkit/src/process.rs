//! Starting other programs and judging how they ended.

pub mod signal;

use std::path::Path;
use std::process::{Command, Stdio};

use crate::Result;

/// A command as a person would type it.
pub fn line(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let mut words = vec![name.to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| quoted(&word.to_string_lossy())));
    words.join(" ")
}

fn quoted(word: &str) -> String {
    if word.contains([' ', '"', '\'']) { format!("'{word}'") } else { word.to_owned() }
}

/// Runs a command that prints for itself; anything but success is an error.
pub fn run(command: &mut Command) -> Result {
    match code(command)? {
        0 => Ok(()),
        code => Err(format!("`{}` ended with exit code {code}", line(command)).into()),
    }
}

/// Runs a command that prints for itself and returns its exit code.
pub fn code(command: &mut Command) -> Result<i32> {
    let status = command.status().map_err(|error| not_started(command, &error))?;
    status.code().ok_or_else(|| format!("`{}` was ended by a signal", line(command)).into())
}

/// Runs a command and returns what it wrote to stdout; stderr goes through.
pub fn answer(command: &mut Command) -> Result<String> {
    let output =
        command.stderr(Stdio::inherit()).output().map_err(|error| not_started(command, &error))?;
    if !output.status.success() {
        return Err(format!("`{}` failed: {}", line(command), output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The sentence about a program that could not be started.
pub fn not_started(command: &Command, error: &std::io::Error) -> String {
    format!("`{}` could not be started: {error}", line(command))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_without_its_folder_and_with_quotes_where_needed() {
        let mut command = Command::new("/opt/bin/terraform");
        command.args(["plan", "-var", "flavor=2GB Instance"]);

        assert_eq!(line(&command), "terraform plan -var 'flavor=2GB Instance'");
    }
}
