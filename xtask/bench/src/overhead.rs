//! What our provider adds to Terraform's own time.

use std::time::Duration;

use clouddb_sim::Options;

use super::estate::{Estate, Files, built_in, settled_built_in};
use super::meter::Used;
use super::site::{APPLY, Equipment, PLAN, Site, Took};
use super::statistics::{median, ratio};
use testkit::Result;

/// The same command over as many of our objects and of Terraform's built-in ones.
pub(super) struct Pair {
    pub(super) ours: Took,
    pub(super) built_in: Took,
    /// The median of the rounds' ratios of time by the clock.
    pub(super) wall_ratio: f64,
    /// The median of the rounds' ratios of processor time.
    pub(super) processor_ratio: f64,
}

/// Plan and apply of so many objects.
pub(super) struct Overhead {
    pub(super) objects: usize,
    pub(super) plan: Pair,
    /// What our providers used in one plan.
    pub(super) in_plan: Used,
    /// The same of an apply that creates everything, unless it was left out.
    pub(super) apply: Option<(Pair, Used)>,
}

/// Plans so many objects of either kind, in turn, as often as asked, and creates them.
pub(super) fn measure(
    equipment: &Equipment,
    objects: usize,
    applies: usize,
    plans: usize,
) -> Result<Overhead> {
    let ours = Site::settled(equipment, Estate::of(objects), Options::default())?;
    let built_in = Site::new(equipment, &built_in(objects))?;
    built_in.put_state(&settled_built_in(objects))?;
    let sites = (ours, built_in);
    let planned: Result<Vec<_>> = (0..plans).map(|round| both(&sites, round, &PLAN)).collect();
    let in_plan = (0..plans).map(|_| sites.0.metered(&PLAN)).collect::<Result<Vec<_>>>()?;
    let apply = if applies > 0 { Some(apply(equipment, objects, applies)?) } else { None };
    Ok(Overhead { objects, plan: pair(&planned?), in_plan: middle(&in_plan), apply })
}

fn apply(equipment: &Equipment, objects: usize, rounds: usize) -> Result<(Pair, Used)> {
    let (ours, theirs) = (Estate::of(objects).files(), built_in(objects));
    let used = Site::new(equipment, &ours)?.metered(&APPLY)?;
    let one = |round| {
        let sites = (Site::new(equipment, &ours)?, Site::new(equipment, &theirs)?);
        both(&sites, round, &APPLY)
    };
    Ok((pair(&(0..rounds).map(one).collect::<Result<Vec<_>>>()?), used))
}

/// One round: first the one, then the other, and the other way round in the next.
fn both(sites: &(Site<'_>, Site<'_>), round: usize, command: &[&str]) -> Result<(Took, Took)> {
    if round.is_multiple_of(2) {
        let ours = sites.0.terraform(command)?;
        Ok((ours, sites.1.terraform(command)?))
    } else {
        let built_in = sites.1.terraform(command)?;
        Ok((sites.0.terraform(command)?, built_in))
    }
}

fn pair(rounds: &[(Took, Took)]) -> Pair {
    let side = |of: fn(&(Took, Took)) -> Took| Took {
        wall: of_all(rounds, |it| of(it).wall),
        processor: of_all(rounds, |it| of(it).processor),
    };
    Pair {
        ours: side(|it| it.0),
        built_in: side(|it| it.1),
        wall_ratio: of_all(rounds, |(ours, other)| ratio(ours.wall, other.wall)),
        processor_ratio: of_all(rounds, |(ours, other)| ratio(ours.processor, other.processor)),
    }
}

fn of_all<I, T: PartialOrd + Copy + Default>(rounds: &[I], of: impl Fn(&I) -> T) -> T {
    median(rounds.iter().map(of).collect())
}

fn middle(rounds: &[Used]) -> Used {
    Used {
        processor: of_all(rounds, |it: &Used| it.processor),
        memory: of_all(rounds, |it| it.memory),
        processes: of_all(rounds, |it| it.processes),
    }
}

/// Nothing but Terraform's own time to start: what a plan of one built-in object takes.
pub(super) fn floor(equipment: &Equipment, rounds: usize) -> Result<Duration> {
    let files: Files = built_in(1);
    let site = Site::new(equipment, &files)?;
    site.terraform(&APPLY)?;
    let plans: Result<Vec<_>> = (0..rounds).map(|_| Ok(site.terraform(&PLAN)?.wall)).collect();
    Ok(median(plans?))
}
