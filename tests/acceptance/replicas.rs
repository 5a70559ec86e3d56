//! A source and its replicas in one configuration: which of them goes first.

use clouddb_sim::Fault;
use serde_json::json;
use testkit::world::World;

const SOURCE: &str = "rackspace_db_instance.source";
const REPLICA: &str = "rackspace_db_instance.replica";

fn instance(name: &str, more: &str) -> String {
    format!(
        "resource \"rackspace_db_instance\" \"{name}\" {{\n  name        = \"{name}\"\n  flavor      = 2\n  volume_size = 10\n  {more}\n}}\n"
    )
}

fn id(world: &World, address: &str) -> String {
    world.state(address)["id"].as_str().unwrap().to_owned()
}

/// A source and its replica, which names it by its bare ID; their configuration and their IDs.
fn by_bare_id(world: &World) -> (String, String, String) {
    world.holds(&instance("source", ""));
    let source = id(world, SOURCE);
    let replica = instance("replica", &format!("replica_of = \"{source}\""));
    world.holds(&(instance("source", "") + &replica));
    (replica, source, id(world, REPLICA))
}

#[test]
fn a_source_tells_its_replicas() {
    let world = World::new();
    let by_reference = instance("replica", &format!("replica_of = {SOURCE}.id"));

    world.holds(&(instance("source", "") + &by_reference));
    world.terraform(&["apply", "-refresh-only", "-auto-approve"]).succeeds();

    assert_eq!(world.state(SOURCE)["replicas"], json!([id(&world, REPLICA)]));
    assert_eq!(world.state(REPLICA)["replicas"], json!([]));
    world.plan().is_empty();
}

#[test]
fn a_source_goes_in_the_apply_that_makes_its_replica_an_instance_of_its_own() {
    for how in ["by reference", "by bare ID"] {
        let world = World::new();
        let replica = if how == "by reference" {
            let by_reference = instance("replica", &format!("replica_of = {SOURCE}.id"));
            world.holds(&(instance("source", "") + &by_reference));
            id(&world, REPLICA)
        } else {
            by_bare_id(&world).2
        };

        world.holds(&instance("replica", ""));

        let left: Vec<String> = world.cloud().instances().into_iter().map(|it| it.id).collect();
        assert_eq!(left, [replica.as_str()], "{how}");
        assert_eq!(id(&world, REPLICA), replica, "{how}");
        assert_eq!(world.state(REPLICA)["replica_of"], json!(null), "{how}");
    }
}

#[test]
fn a_detachment_that_is_refused_is_an_error_unless_somebody_else_has_done_it() {
    let refusal = || Fault::on("PATCH", "/instances/*").status(400).message("is not a replica");
    let world = World::new();
    let (_, source, replica) = by_bare_id(&world);
    world.configure(&(instance("source", "") + &instance("replica", "")));
    world.cloud().inject(refusal());

    world.apply().fails_with(&["Unable to detach the replica", "is not a replica"]);

    assert_eq!(world.state(REPLICA)["replica_of"], json!(source));
    world.terraform(&["plan", "-no-color", "-input=false", "-out=tfplan"]).succeeds();
    world.cloud().set_source(&replica, None);
    world.cloud().inject(refusal());
    world.terraform(&["apply", "-no-color", "-input=false", "tfplan"]).succeeds();
    assert_eq!(world.state(REPLICA)["replica_of"], json!(null));
    world.plan().is_empty();
}

#[test]
fn a_source_and_its_replica_go_together_in_whatever_order() {
    let world = World::new();
    by_bare_id(&world);

    world.destroy().succeeds();

    assert!(world.cloud().is_empty());
}

/// A source that comes first, while nothing else may run beside it, cannot hear of its replica.
#[test]
fn a_source_and_its_replica_go_one_by_one_in_two_runs_at_most() {
    let world = World::new();
    let (_, source, _) = by_bare_id(&world);

    let run = world.terraform(&["destroy", "-auto-approve", "-parallelism=1"]);

    if world.cloud().instance(&source).is_some() {
        run.fails_with(&["It was not deleted: it has replicas"]);
    }
    world.destroy().succeeds();
    assert!(world.cloud().is_empty());
}

#[test]
fn a_plan_that_keeps_a_replica_does_not_destroy_its_source() {
    let world = World::new();
    let (replica, source, id) = by_bare_id(&world);
    world.cloud().add_database(&source, "shop");
    world.cloud().clear_requests();

    world.configure(&replica);
    world.apply().fails_with(&[
        "The instance has replicas that stay",
        &*format!("instance \"source\" ({source})"),
        &id,
        "Remove `replica_of`",
    ]);

    assert!(world.cloud().writes().is_empty());
}

#[test]
fn a_replica_that_nobody_plans_is_named_before_its_source_is_touched() {
    let world = World::new();
    world.holds(&instance("source", ""));
    let foreign = world.cloud().add_instance("theirs", "2", 10);
    world.cloud().set_source(&foreign, Some(&id(&world, SOURCE)));

    world.configure("");
    world
        .plan()
        .succeeds()
        .says(&["The instance has replicas of which the plan does not know", &foreign]);
    world
        .destroy()
        .fails_with(&["It was not deleted: it has replicas", "`terraform plan` names them"]);

    assert_eq!(world.cloud().instances().len(), 2);
    assert!(world.cloud().instance(&foreign).unwrap().replica_of.is_some());
}

#[test]
fn a_replica_that_follows_no_more_is_told_and_replaced() {
    let world = World::new();
    let by_reference = instance("replica", &format!("replica_of = {SOURCE}.id"));
    world.holds(&(instance("source", "") + &by_reference));
    let broken = id(&world, REPLICA);
    world.cloud().set_status(&broken, "REPLICATION_ERROR");

    world.plan().succeeds().says(&["Replication has stopped", "-replace=ADDRESS"]);
    world.terraform(&["apply", "-auto-approve", &format!("-replace={REPLICA}")]).succeeds();

    assert_ne!(id(&world, REPLICA), broken);
    world.plan().is_empty();
}
