//! What the API is known to refuse is an error of the plan, on its attribute; see `docs/guides`.

mod applied;
mod cases;
mod costs;
mod namesakes;
mod same_run;
mod silence;

use clouddb_sim::{Fault, Options};
use testkit::world::{Run, World};

use cases::{CASES, Case};

/// An ID that nothing has.
const NOBODY: &str = "11111111-1111-1111-1111-111111111111";

/// An instance, in a block of its own name, with more arguments.
fn instance(name: &str, more: &str) -> String {
    sized(name, 2, 10, more)
}

fn sized(name: &str, flavor: u32, volume: u32, more: &str) -> String {
    format!(
        "resource \"rackspace_db_instance\" \"{name}\" {{\n  name = \"{name}\"\n  flavor = {flavor}\n  volume_size = {volume}\n  {more}\n}}\n"
    )
}

/// Whether Terraform points at the line of the attribute.
fn points_at(run: &Run, attribute: &str) -> bool {
    run.text.lines().any(|line| {
        let line = line.trim_start_matches(['│', ' ']);
        line.split_once(": ").is_some_and(|(number, code)| {
            number.parse::<u32>().is_ok() && code.trim().split(' ').next() == Some(attribute)
        })
    })
}

/// A world in which the case can be planned.
fn ready(case: &Case) -> World {
    let options = Options { release: case.release, ..Options::default() };
    let world = World::with(Options { quotas: cases::quotas(), ..options });
    let wanted = (case.configuration)(&world);
    world.configure(&wanted);
    world.cloud().clear_requests();
    world
}

#[test]
fn what_the_api_refuses_is_refused_by_the_plan() {
    for case in CASES {
        let world = ready(case);
        let there = world.cloud().instances().len();

        let plan = world.plan();

        println!("{}", case.refused);
        plan.fails_with(&[case.refused]).says(case.words);
        assert!(points_at(&plan, case.attribute), "{}: {}", case.attribute, plan.text);
        assert_eq!(plan.text.matches("Error: ").count(), 1, "{}", plan.text);
        assert!(world.cloud().writes().is_empty(), "{:?}", world.cloud().writes());
        assert_eq!(world.cloud().instances().len(), there);
    }
}

/// The plan says it instead of the API, and not in its place.
#[test]
fn what_a_plan_may_not_look_at_is_refused_by_the_apply() {
    for case in CASES {
        let world = ready(case);
        let there = world.cloud().instances().len();
        // Once in the plan, and once more where the apply plans.
        let forbidden = |path| Fault::on("GET", path).status(403).times(2);
        case.looks.iter().for_each(|path| world.cloud().inject(forbidden(*path)));

        let apply = world.apply();

        println!("{}", case.refused);
        apply.fails_with(&[case.api]);
        assert!(!apply.text.contains(case.refused), "{}", apply.text);
        assert!(!world.cloud().writes().is_empty(), "nothing was sent");
        assert_eq!(world.cloud().instances().len(), there);
    }
}
