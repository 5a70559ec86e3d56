//! Instances that do not become what they shall.

use clouddb_sim::Fault;
use testkit::running::Whom;
use testkit::world::World;

use super::{ONE_SECOND, impatient, instance, shows};

#[test]
fn a_quota_that_is_used_up() {
    let world = World::new();
    let full = Fault::on("POST", "/instances").status(413);
    world.cloud().inject(full.message("Quota exceeded for resources: ['instances'].").always());
    world.configure(&instance(""));

    shows("quota", &world.apply());
}

#[test]
fn a_build_that_ends_in_error() {
    let world = World::new();
    world.cloud().next_instance_ends_in("ERROR");
    world.configure(&instance(""));

    shows("build-ends-in-error", &world.apply());
}

#[test]
fn a_build_that_takes_too_long() {
    let world = World::new();
    world.cloud().next_instance_sticks();
    world.configure(&instance(ONE_SECOND));

    shows("build-takes-too-long", &world.apply());
}

#[test]
fn an_interrupted_build() {
    let world = World::new();
    world.cloud().next_instance_sticks();
    world.configure(&instance(""));

    let apply = world.start_apply();
    world.sees(2, "GET", "/instances/*");
    apply.interrupt(Whom::Terraform);

    shows("interrupted-build", &apply.ends());
}

#[test]
fn a_creation_whose_answer_is_lost_for_good() {
    let world = impatient();
    world.configure(&instance(""));
    world.terraform(&["plan", "-no-color", "-input=false", "-out=tfplan"]).succeeds();
    world.cloud().inject(Fault::on("POST", "/instances").after_effect().drop_connection());
    world.cloud().inject(Fault::on("GET", "/instances").status(500).skip(1).always());

    shows("creation-lost", &world.terraform(&["apply", "-no-color", "-input=false", "tfplan"]));
}

#[test]
fn a_creation_that_no_answer_of_the_api_tells_about() {
    let world = impatient();
    world.cloud().inject(Fault::on("POST", "/instances").status(200).html().always());
    world.configure(&instance(""));

    shows("creation-answered-by-a-web-page", &world.apply());
}

#[test]
fn a_resize_that_the_role_forbids() {
    let world = World::new();
    world.holds(&instance(""));
    let refused = Fault::on("POST", "/instances/*/action").status(403);
    world.cloud().inject(refused.message("Policy does not allow this action.").always());
    world.configure(&instance("").replace("flavor      = 2", "flavor      = 3"));

    shows("forbidden-resize", &world.apply());
}

#[test]
fn a_resize_that_the_service_takes_back() {
    let world = World::new();
    world.holds(&instance(""));
    world.cloud().next_resize_ends_in("ACTIVE");
    world.configure(&instance("").replace("flavor      = 2", "flavor      = 3"));

    shows("resize-taken-back", &world.apply());
}

#[test]
fn a_deletion_whose_answer_never_comes() {
    let world = impatient();
    world.holds(&instance(""));
    world.cloud().inject(Fault::on("DELETE", "/instances/*").drop_connection().always());

    shows("deletion-unanswered", &world.destroy());
}

#[test]
fn a_protected_instance() {
    let world = World::new();
    world.holds(&instance("  deletion_protection = true\n"));

    shows("protected", &world.destroy());
}

#[test]
fn an_api_that_answers_with_web_pages() {
    let world = impatient();
    world.holds(&instance(""));
    world.cloud().inject(Fault::on("GET", "/instances/*").status(502).html().always());

    shows("refresh-answered-by-a-web-page", &world.plan());
}

#[test]
fn an_answer_of_another_shape() {
    let world = impatient();
    world.holds(&instance(""));
    world.cloud().inject(Fault::on("GET", "/instances/*").garbage().always());

    shows("refresh-of-another-shape", &world.plan());
}
