//! The steps of a chain, and the text of each, which a command line and a test can repeat.

use std::fmt;
use std::str::FromStr;

use super::actor::{ACTS, Act};
use super::configuration::Configuration;
use super::label::Label;
use super::trouble::Trouble;
use super::wish::ATTRIBUTES;

/// One step of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The configuration changes.
    Edit(Edit),
    /// Somebody else acts.
    Their(Act),
    /// The next command meets this.
    Trouble(Trouble),
    /// A command is given.
    Command(Command),
}

/// A change of the configuration. One that makes no sense at its place in a chain changes nothing, so
/// that every part of a chain is a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    /// `+d<a`: a block; what it is in, a replica of, or restored from.
    Add(Label, Option<Label>),
    /// `+b^a`: an instance that upgrades another one.
    Upgrade(Label, Label),
    /// `-a`: a block goes, and all that refers to it.
    Remove(Label),
    /// `d=2`: another name.
    Rename(Label, u8),
    /// `d>e`: another label.
    Relabel(Label, Label),
    /// `d~e`: two blocks change their names.
    Swap(Label, Label),
    /// `a.flavor=3`: an attribute.
    Set {
        /// The block.
        label: Label,
        /// Its place in the table of attributes.
        attribute: usize,
        /// What the value is made of.
        number: u8,
    },
    /// `c.detach`: a replica or an upgrade becomes an instance of its own.
    Detach(Label),
    /// `a<g`: an instance or an HA group gets a configuration group; `a.group=0` takes it away.
    Attach(Label, Label),
}

/// A command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// `terraform plan`.
    Plan,
    /// `terraform apply`.
    Apply,
    /// `terraform refresh`.
    Refresh,
    /// `import:a`: `terraform state rm`, then `terraform import` of the same object.
    Import(Label),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edit(edit) => edit.fmt(f),
            Self::Their(act) => act.fmt(f),
            Self::Trouble(trouble) => write!(f, "!{trouble}"),
            Self::Command(Command::Plan) => f.write_str("plan"),
            Self::Command(Command::Apply) => f.write_str("apply"),
            Self::Command(Command::Refresh) => f.write_str("refresh"),
            Self::Command(Command::Import(label)) => write!(f, "import:{label}"),
        }
    }
}

impl Edit {
    /// Changes a configuration.
    pub(super) fn make(self, configuration: &mut Configuration) {
        match self {
            Self::Add(label, of) => configuration.add(label, of),
            Self::Upgrade(label, of) => configuration.upgrade(label, of),
            Self::Remove(label) => configuration.remove(label),
            Self::Rename(label, name) => configuration.change(label, |wish| wish.name = name % 3),
            Self::Relabel(from, to) => configuration.relabel(from, to),
            Self::Swap(one, other) => configuration.swap(one, other),
            Self::Set { label, attribute, number } => {
                if let Some((_, _, _, most, set)) =
                    ATTRIBUTES.get(attribute).filter(|it| it.1.contains(&label.kind))
                {
                    configuration.change(label, |wish| set(wish, number.min(*most)));
                }
            }
            Self::Detach(label) => {
                let replica =
                    configuration.wishes.get(&label).is_some_and(|it| it.is_replica(label));
                configuration.change(label, |wish| wish.of = wish.of.filter(|_| !replica));
            }
            Self::Attach(label, group) => configuration.attach(label, group),
        }
    }
}

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Add(label, None) => write!(f, "+{label}"),
            Self::Add(label, Some(of)) => write!(f, "+{label}<{of}"),
            Self::Upgrade(label, of) => write!(f, "+{label}^{of}"),
            Self::Remove(label) => write!(f, "-{label}"),
            Self::Rename(label, name) => write!(f, "{label}={name}"),
            Self::Relabel(from, to) => write!(f, "{from}>{to}"),
            Self::Swap(one, other) => write!(f, "{one}~{other}"),
            Self::Set { label, attribute, number } => {
                let attribute = ATTRIBUTES.get(*attribute).map_or("", |it| it.0);
                write!(f, "{label}.{attribute}={number}")
            }
            Self::Detach(label) => write!(f, "{label}.detach"),
            Self::Attach(label, group) => write!(f, "{label}<{group}"),
        }
    }
}

impl FromStr for Step {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        command(text)
            .map(Self::Command)
            .or_else(|| act(text).map(Self::Their))
            .or_else(|| Trouble::of(text.strip_prefix('!')?).map(Self::Trouble))
            .or_else(|| edit(text).map(Self::Edit))
            .ok_or_else(|| format!("\"{text}\" is no step"))
    }
}

fn command(text: &str) -> Option<Command> {
    Some(match text {
        "plan" => Command::Plan,
        "apply" => Command::Apply,
        "refresh" => Command::Refresh,
        _ => Command::Import(Label::of(text.strip_prefix("import:")?)?),
    })
}

fn act(text: &str) -> Option<Act> {
    let (act, label) = text.strip_prefix("their-")?.split_once(':')?;
    let kind = ACTS.iter().position(|(word, ..)| *word == act)?;
    Some(Act { kind, label: Label::of(label)? })
}

fn edit(text: &str) -> Option<Edit> {
    if let Some(added) = text.strip_prefix('+') {
        if let Some((label, of)) = added.split_once('^') {
            return Some(Edit::Upgrade(Label::of(label)?, Label::of(of)?));
        }
        return Some(match added.split_once('<') {
            None => Edit::Add(Label::of(added)?, None),
            Some((label, of)) => Edit::Add(Label::of(label)?, Some(Label::of(of)?)),
        });
    }
    if let Some(removed) = text.strip_prefix('-') {
        return Some(Edit::Remove(Label::of(removed)?));
    }
    if let Some((label, group)) = text.split_once('<') {
        return Some(Edit::Attach(Label::of(label)?, Label::of(group)?));
    }
    if let Some((from, to)) = text.split_once('>') {
        return Some(Edit::Relabel(Label::of(from)?, Label::of(to)?));
    }
    if let Some((one, other)) = text.split_once('~') {
        return Some(Edit::Swap(Label::of(one)?, Label::of(other)?));
    }
    let Some((what, number)) = text.split_once('=') else {
        return Some(Edit::Detach(Label::of(text.strip_suffix(".detach")?)?));
    };
    let number = number.parse().ok()?;
    let Some((label, attribute)) = what.split_once('.') else {
        return Some(Edit::Rename(Label::of(what)?, number));
    };
    let attribute = ATTRIBUTES.iter().position(|(word, ..)| *word == attribute)?;
    Some(Edit::Set { label: Label::of(label)?, attribute, number })
}
