//! Random chains, which proptest makes and shortens.

use proptest::collection::vec;
use proptest::prelude::{BoxedStrategy, Strategy, any};
use proptest::prop_oneof;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::actor::{ACTS, Act};
use super::chain::Chain;
use super::configuration::Configuration;
use super::label::{Kind, Label};
use super::spoils::FAULTS;
use super::step::{Command, Edit, Step};
use super::trouble::{CALLS, CLOCKS, ENDS, FREQUENT, Place, Trouble, WORKS, WRITE};
use super::wish::ATTRIBUTES;
use crate::Result;

/// A chain that can be made shorter.
pub(super) type Shrinking = Box<dyn ValueTree<Value = Chain>>;

/// The chain of this number of this seed.
pub(super) fn tree(seed: u64, number: u64) -> Result<Shrinking> {
    let mut bytes = [0; 32];
    for (place, byte) in
        bytes.iter_mut().zip(seed.to_le_bytes().into_iter().chain(number.to_le_bytes()))
    {
        *place = byte;
    }
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    Ok(Box::new(chain().new_tree(&mut runner).map_err(|reason| reason.to_string())?))
}

/// A configuration of up to three instances and what is in them, an apply, and then anything.
fn chain() -> BoxedStrategy<Chain> {
    let first = vec(add(), 1..8);
    let rest = vec(episode(), 0..6);
    let more = [
        proptest::option::of(grouped()).boxed(),
        proptest::option::of(highly_available()).boxed(),
        proptest::option::of(upgraded()).boxed(),
    ];
    (first, more, trouble_or_none(), rest)
        .prop_map(|(first, more, trouble, rest)| {
            let mut steps: Vec<Step> = vec![Step::Edit(Edit::Add(INSTANCE, None))];
            let edits = first.into_iter().chain(more.into_iter().flatten().flatten());
            steps.extend(edits.map(Step::Edit));
            steps.extend(trouble.map(Step::Trouble));
            steps.push(Step::Command(Command::Apply));
            steps.extend(rest.into_iter().flatten());
            Chain(aimed(steps))
        })
        .boxed()
}

/// Some changes, and a command that meets them and perhaps trouble.
fn episode() -> BoxedStrategy<Vec<Step>> {
    let change = prop_oneof![
        16 => edit().prop_map(Step::Edit),
        4 => act().prop_map(Step::Their),
        2 => failover().prop_map(Step::Their),
    ];
    (vec(change, 0..4), vec(trouble().prop_map(Step::Trouble), 0..3), command())
        .prop_map(|(mut steps, troubles, command)| {
            steps.extend(troubles);
            steps.push(Step::Command(command));
            steps
        })
        .boxed()
}

/// Steps that speak of labels which are not configured are made to speak of one that is.
fn aimed(steps: Vec<Step>) -> Vec<Step> {
    let mut configuration = Configuration::default();
    steps
        .into_iter()
        .map(|step| {
            let there = |label: Label| {
                let wishes = &configuration.wishes;
                let like = || wishes.keys().copied().filter(|it| it.kind == label.kind);
                like().find(|it| *it >= label).or_else(|| like().next()).unwrap_or(label)
            };
            let step = match step {
                Step::Edit(edit) => Step::Edit(match edit {
                    Edit::Add(label, of) => Edit::Add(label, of.map(there)),
                    Edit::Upgrade(label, of) => Edit::Upgrade(label, there(of)),
                    Edit::Remove(label) => Edit::Remove(there(label)),
                    Edit::Rename(label, name) => Edit::Rename(there(label), name),
                    Edit::Relabel(from, to) => Edit::Relabel(there(from), to),
                    Edit::Swap(one, other) => Edit::Swap(there(one), there(other)),
                    Edit::Set { label, attribute, number } => {
                        Edit::Set { label: there(label), attribute, number }
                    }
                    Edit::Detach(label) => Edit::Detach(there(label)),
                    Edit::Attach(label, group) => Edit::Attach(there(label), there(group)),
                }),
                Step::Their(act) => Step::Their(Act { label: there(act.label), ..act }),
                Step::Command(Command::Import(label)) => {
                    Step::Command(Command::Import(there(label)))
                }
                other => other,
            };
            if let Step::Edit(edit) = step {
                edit.make(&mut configuration);
            }
            step
        })
        .collect()
}

/// The label of the instance that each chain begins with.
const INSTANCE: Label = {
    let [first, ..] = Label::ALL;
    first
};

fn command() -> BoxedStrategy<Command> {
    prop_oneof![
        6 => proptest::strategy::Just(Command::Apply),
        1 => proptest::strategy::Just(Command::Plan),
        1 => proptest::strategy::Just(Command::Refresh),
        1 => label().prop_map(Command::Import),
    ]
    .boxed()
}

fn label() -> BoxedStrategy<Label> {
    proptest::sample::select(Label::ALL.to_vec()).boxed()
}

fn label_of(kind: Kind) -> BoxedStrategy<Label> {
    label_among(&[kind])
}

/// A label of one of these kinds.
fn label_among(kinds: &[Kind]) -> BoxedStrategy<Label> {
    let labels: Vec<Label> = Label::ALL.into_iter().filter(|it| kinds.contains(&it.kind)).collect();
    proptest::sample::select(labels).boxed()
}

/// Two labels of the same kind.
fn pair() -> BoxedStrategy<(Label, Label)> {
    label().prop_flat_map(|label| (proptest::strategy::Just(label), label_of(label.kind))).boxed()
}

fn add() -> BoxedStrategy<Edit> {
    let instance = || label_of(Kind::Instance);
    let inside =
        label_among(&[Kind::Database, Kind::User, Kind::Backup, Kind::Schedule, Kind::Root]);
    let backups = || label_of(Kind::Backup);
    let copies = || label_of(Kind::Copy);
    prop_oneof![
        2 => instance().prop_map(|label| Edit::Add(label, None)),
        1 => (instance(), instance()).prop_map(|(label, of)| Edit::Add(label, Some(of))),
        1 => (instance(), backups()).prop_map(|(label, of)| Edit::Add(label, Some(of))),
        1 => (instance(), copies()).prop_map(|(label, of)| Edit::Add(label, Some(of))),
        3 => (copies(), backups()).prop_map(|(label, of)| Edit::Add(label, Some(of))),
        10 => (inside, instance()).prop_map(|(label, of)| Edit::Add(label, Some(of))),
        1 => label_of(Kind::HaGroup).prop_map(|label| Edit::Add(label, None)),
        3 => inside_of_group(),
        1 => (instance(), instance()).prop_map(|(label, of)| Edit::Upgrade(label, of)),
        3 => label_of(Kind::Group).prop_map(|label| Edit::Add(label, None)),
    ]
    .boxed()
}

/// A configuration group, what it sets, and instances that have it.
fn grouped() -> BoxedStrategy<Vec<Edit>> {
    let instances = vec(label_among(&[Kind::Instance, Kind::HaGroup]), 1..3);
    (label_of(Kind::Group), set(is_of_groups), instances)
        .prop_map(|(group, set, instances)| {
            let attached = instances.into_iter().map(|label| Edit::Attach(label, group));
            [Edit::Add(group, None), set].into_iter().chain(attached).collect()
        })
        .boxed()
}

/// Something in an HA group.
fn inside_of_group() -> BoxedStrategy<Edit> {
    let inside = label_among(&[Kind::Database, Kind::User, Kind::Backup, Kind::Schedule]);
    (inside, label_of(Kind::HaGroup)).prop_map(|(label, of)| Edit::Add(label, Some(of))).boxed()
}

/// An HA group and what is in it.
fn highly_available() -> BoxedStrategy<Vec<Edit>> {
    let inside = vec(inside_of_group(), 1..4);
    (label_of(Kind::HaGroup), inside, proptest::option::of(set(is_of_ha_groups)))
        .prop_map(|(group, inside, set)| {
            [Edit::Add(group, None)].into_iter().chain(inside).chain(set).collect()
        })
        .boxed()
}

/// An instance and its upgrade.
fn upgraded() -> BoxedStrategy<Vec<Edit>> {
    let instance = || label_of(Kind::Instance);
    (instance(), instance())
        .prop_map(|(label, of)| vec![Edit::Add(of, None), Edit::Upgrade(label, of)])
        .boxed()
}

/// A failover, which is over or not when the next command comes.
fn failover() -> BoxedStrategy<Act> {
    let acts = ACTS.iter().enumerate().filter(|(_, it)| ["failover", "fail"].contains(&it.0));
    let acts: Vec<usize> = acts.map(|(kind, _)| kind).collect();
    (proptest::sample::select(acts), label_of(Kind::HaGroup))
        .prop_map(|(kind, label)| Act { kind, label })
        .boxed()
}

fn is_of_ha_groups(kinds: &[Kind]) -> bool {
    kinds.contains(&Kind::HaGroup)
}

fn is_of_groups(kinds: &[Kind]) -> bool {
    kinds.contains(&Kind::Group)
}

fn attach() -> BoxedStrategy<Edit> {
    (label_among(&[Kind::Instance, Kind::HaGroup]), label_of(Kind::Group))
        .prop_map(|(label, group)| Edit::Attach(label, group))
        .boxed()
}

fn edit() -> BoxedStrategy<Edit> {
    prop_oneof![
        4 => add(),
        2 => label().prop_map(Edit::Remove),
        3 => (label(), 0..3_u8).prop_map(|(label, name)| Edit::Rename(label, name)),
        2 => pair().prop_map(|(from, to)| Edit::Relabel(from, to)),
        2 => pair().prop_map(|(one, other)| Edit::Swap(one, other)),
        6 => set(|_| true),
        2 => set(is_of_groups),
        1 => label_of(Kind::Instance).prop_map(Edit::Detach),
        3 => attach(),
    ]
    .boxed()
}

/// One of the attributes of these kinds.
fn set(is_meant: fn(&[Kind]) -> bool) -> BoxedStrategy<Edit> {
    let attributes = ATTRIBUTES.iter().enumerate().filter(|(_, it)| is_meant(it.1));
    let attributes: Vec<usize> = attributes.map(|(attribute, _)| attribute).collect();
    proptest::sample::select(attributes)
        .prop_flat_map(|attribute| {
            let (kinds, least, most) =
                ATTRIBUTES.get(attribute).map_or((&[][..], 0, 0), |it| (it.1, it.2, it.3));
            (label_among(kinds), least..=most).prop_map(move |(label, number)| Edit::Set {
                label,
                attribute,
                number,
            })
        })
        .boxed()
}

/// Half of all that others do is to delete and to create.
fn act() -> BoxedStrategy<Act> {
    let act = |kind: usize| {
        let kinds = ACTS.get(kind).map_or(&[][..], |it| it.1);
        label_among(kinds).prop_map(move |label| Act { kind, label })
    };
    prop_oneof![(0..2_usize).prop_flat_map(act), (2..ACTS.len()).prop_flat_map(act)].boxed()
}

fn trouble_or_none() -> BoxedStrategy<Option<Trouble>> {
    proptest::option::of(trouble()).boxed()
}

fn trouble() -> BoxedStrategy<Trouble> {
    prop_oneof![
        10 => fault(),
        6 => (0..ENDS.len(), any::<bool>(), place())
            .prop_map(|(kind, effect, at)| Trouble::End { kind, effect, at }),
        2 => (0..WORKS.len()).prop_map(Trouble::Work),
        1 => (0..CLOCKS.len()).prop_map(Trouble::Clocks),
    ]
    .boxed()
}

fn fault() -> BoxedStrategy<Trouble> {
    (0..FAULTS.len())
        .prop_flat_map(|kind| {
            let calls = FAULTS.get(kind).map_or(&[][..], |it| it.2.calls());
            let at = if calls.is_empty() { place() } else { place_among(calls) };
            (1..4_u8, at).prop_map(move |(times, at)| Trouble::Fault { kind, times, at })
        })
        .boxed()
}

/// One of these kinds of calls, by their names.
fn place_among(names: &'static [&'static str]) -> BoxedStrategy<Place> {
    let calls = CALLS.iter().enumerate().filter(|(_, (name, _))| names.contains(name));
    let calls: Vec<usize> = calls.map(|(call, _)| call).collect();
    (proptest::sample::select(calls), 0..3_u8).prop_map(|(call, nth)| Place { call, nth }).boxed()
}

/// There are many reads in a command, and few writes.
fn place() -> BoxedStrategy<Place> {
    prop_oneof![
        1 => (0..FREQUENT, 0..12_u8),
        2 => (FREQUENT..CALLS.len(), 0..3_u8),
        4 => (proptest::strategy::Just(WRITE), 0..2_u8),
    ]
    .prop_map(|(call, nth)| Place { call, nth })
    .boxed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_can_be_repeated_from_its_text_and_from_its_number() {
        for number in 0..50 {
            let chain = tree(7, number).unwrap().current();

            assert_eq!(chain.to_string().parse(), Ok(chain.clone()), "{chain}");
            assert_eq!(tree(7, number).unwrap().current(), chain);
        }
    }
}
