//! What a plan makes of the change of a group, as far as it needs no look at the API.

use super::*;

fn known(text: &str) -> Attr<String> {
    Attr::Known(text.to_owned())
}

fn values(all: &[(&str, Attr<&str>)]) -> Values {
    let owned = |(name, value): &(&str, Attr<&str>)| {
        ((*name).to_owned(), value.as_ref().map(|it| (*it).to_owned()))
    };
    all.iter().map(owned).collect()
}

fn datastore(kind: &str, version: &str) -> Attr<PlannedDatastore> {
    Attr::Known(PlannedDatastore { r#type: known(kind), version: known(version) })
}

/// A group that exists.
fn group() -> Configuration {
    Configuration {
        id: known("g"),
        region: known("DFW"),
        name: known("tuned"),
        description: Attr::Null,
        datastore: datastore("mysql", "8.0"),
        values: Attr::Known(values(&[("max_connections", Attr::Known("10"))])),
        restart_required: Attr::Known(BTreeSet::new()),
        instance_count: Attr::Known(1),
        updated: known("then"),
    }
}

fn change(config: Configuration, planned: Configuration) -> Change<Configuration> {
    Change { config, prior: Some(group()), planned }
}

#[test]
fn another_region_or_datastore_makes_another_group() {
    let becomes = |it: Configuration| is_replaced(&change(it.clone(), it), &group());

    assert!(!becomes(group()) && !becomes(Configuration { name: known("other"), ..group() }));
    assert!(becomes(Configuration { region: known("ORD"), ..group() }));
    assert!(becomes(Configuration { datastore: datastore("percona", "8.0"), ..group() }));
    assert!(becomes(Configuration { datastore: datastore("mysql", "5.7"), ..group() }));
    let late = Configuration { datastore: Attr::Unknown, ..group() };
    assert!(becomes(late), "what is known late may be any");
    assert!(!becomes(Configuration { datastore: Attr::Null, ..group() }));
    let open = Configuration { region: Attr::Null, ..group() };
    let elsewhere = Configuration { region: known("ORD"), ..group() };
    assert!(!is_replaced(&change(open, elsewhere), &group()), "the region is left open");
}

#[test]
fn a_parameter_changes_if_it_means_something_else_or_comes_or_goes() {
    let has = values(&[
        ("same", Attr::Known("1")),
        ("spelled", Attr::Known("true")),
        ("other", Attr::Known("1")),
        ("goes", Attr::Known("1")),
        ("late", Attr::Known("1")),
        ("unknown", Attr::Unknown),
    ]);
    let wants = values(&[
        ("same", Attr::Known("1")),
        ("spelled", Attr::Known("1")),
        ("other", Attr::Known("2")),
        ("comes", Attr::Known("1")),
        ("late", Attr::Unknown),
        ("unknown", Attr::Unknown),
    ]);

    let expected = ["comes", "goes", "late", "other"].map(str::to_owned);
    assert_eq!(changed(&wants, &has), BTreeSet::from(expected));
}

#[test]
fn another_spelling_of_all_values_is_kept_as_it_was() {
    let plans = |value: &str| {
        let mut planned = Attr::Known(values(&[("max_connections", Attr::Known(value))]));
        keep_values(&mut planned, &group().values);
        planned
    };

    assert!(plans("10") == group().values && plans("010") == group().values);
    assert!(plans("11") != group().values);
}

#[test]
fn what_the_service_tells_is_open_only_where_something_is_sent() {
    let open = |wants: Configuration| {
        let mut planned = Configuration {
            restart_required: Attr::Unknown,
            instance_count: Attr::Unknown,
            updated: Attr::Unknown,
            ..wants
        };
        keep_outcome(&mut planned, &group());
        let Configuration { restart_required, instance_count, updated, .. } = planned;
        [restart_required.is_unknown(), instance_count.is_unknown(), updated.is_unknown()]
    };

    assert_eq!(open(group()), [false; 3]);
    assert_eq!(open(Configuration { name: known("other"), ..group() }), [false, true, true]);
    let described = Configuration { description: known("text"), ..group() };
    assert_eq!(open(described), [false, true, true]);
    let valued = Configuration { values: Attr::Known(Values::new()), ..group() };
    assert_eq!(open(valued), [true; 3]);
}

#[test]
fn a_group_is_shown_by_its_name_and_its_id() {
    assert_eq!(shown(&group()), "configuration group \"tuned\" (g)");
    let new = Configuration { id: Attr::Unknown, ..group() };
    assert_eq!(shown(&new), "configuration group \"tuned\"");
}
