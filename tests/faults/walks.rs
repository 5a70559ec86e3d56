//! Random walks, the same ones each time, and the chains that failed once.

use testkit::walks;

const WALKS: u64 = 200;
const SEED: u64 = 1;

/// Chains that failed once, by a fault of the provider or of the oracle.
const FAILED_ONCE: [&str; 40] = [
    // A user gets another name in place, and with it another ID.
    "+a +u<a apply u=1",
    // Two users exchange their names.
    "+a +v<a +u<a apply v~u",
    // An import reads one object, and not what others did to another one.
    "+a +b apply their-delete:a import:b",
    "+a +b apply their-resize:b import:a",
    // Neither the reply of a creation nor the look that follows is heard.
    "+a +b apply !500-after*2@instances#0 +c<a !ctrl-c@any#6 apply",
    // Nobody is left to name what was made; the next plan shows its ID.
    "+a apply +d<a !kill-after@databases#0 apply",
    "+a apply +u<a !kill-after@users#0 apply",
    // A plan dies.
    "+a !kill@any#0 plan",
    // A user comes into being after the error, which names it with its host.
    "+a +u<a !500-late*2@write#0 apply",
    // Another actor makes an instance of the same name in the same moment.
    "+a +b !namesake-after@instances#1 apply",
    // A deletion under the old address takes effect without being heard; the new one has the key.
    "+a +u<a apply u>w !other-after@write#0 apply apply",
    // Somebody else takes the name that a user is to get.
    "+a +v<a apply v=0 their-create:v apply",
    // An instance and what was restored from its backup move away from the backup.
    "+a +k<a apply +c<k a.region=1 apply",
    // Somebody's user comes to an instance and its replica, and is imported.
    "+a +d<a +b<a apply +u<a their-create:u apply",
    // The last backup of a lost instance gets another name.
    "+a +k<a apply their-delete:a k=2 apply",
    // Two databases exchange their names, and both addresses end up with one of them.
    "+a +e<a +f<a apply apply f~e !term-provider-after@write#0 apply",
    // Somebody makes a user anew, with a password that nobody can see.
    "+a +v<a apply their-delete:v their-create:v apply",
    // The API denies a database again and again, and the configuration wants another.
    "+a +f<a apply f=1 !absent*3@list#0 refresh apply",
    // The first half of a replacement fails, and the object that stays keeps its identity.
    "+a +d<a +b apply d=1 !html-404@any#5 apply",
    "+a +d<a +b apply a.region=1 !huge*2@any#8 apply",
    // What goes is deleted before what it is in, whatever their places in the configuration were.
    "+a +d<a +g apply -g a>b",
    "+a +u<a +b +w<b apply u~w -b",
    // A restart is accepted and does not happen.
    "+a +g apply a<g g.files=1 !restart-undone apply",
    // A change that comes after a stop answers with the object, and with its identity.
    "+g +h apply g.infile=1 h.infile=1 !term-provider-after@write#0 apply",
    // The deletion of a failed creation comes too late, and nobody knows its identity.
    "+a +g a<g !ctrl-c-after@write#0 apply g.files=2 !503-wait*3@any#8 !ctrl-c-after@write#0 apply",
    // A call for a password of root is carried out after the next one, however long that has waited.
    "+a +q<a +s<a !503-late*3@write#0 apply",
    // A copy that was imported takes over what it is said to be a copy of.
    "+a +k<a +x<k apply import:x k=1 apply",
    // A plan fails, and so the state still has the schedule that is gone.
    "+a +s<a apply their-delete:s their-create:s apply",
    // A failover ends between the look at its group and the look at what is on its source.
    "+p +d<p +u<p apply their-fail:p refresh apply",
    // The copy of a group's backup is of no instance.
    "+p +k<p +x<k apply",
    // A backup has been made and nobody has heard of it, when its instance is upgraded.
    "+a +k<a +b^a !503-late*2@backups#0 apply apply",
    // The source of an upgrade is found by its name, and is not the upgrade.
    "+c +b^c !hup-after@instances#0 apply",
    // A replica has the version of its source, and so the groups for that.
    "+a a.old=1 +b<a +g b<g apply b.detach a.old=0 apply",
    // What is made in a group knows its group, also before anything has read it.
    "+a +r<a +w<a +k<a +g +p +f<p +t<p !hup-provider-after@write#1 apply apply p=0 f.skip=1 their-failover:p !huge@write#1 !502-after*2@write#0 apply",
    // The source of an upgrade is planned before that is detached.
    "+a +c^a apply a.volume=5 c.detach apply",
    // A status that hides that an instance is an upgrade.
    "+a +b^a apply their-shutdown:b import:b",
    // An upgrade goes, and a replica of its source is made.
    "+a +c^a +c +k<c +h h.infile=1 c<h apply p<h a<h import:h their-delete:p +u<c !term-provider@schedules#0 apply their-reset:q !500*2@write#0 apply c>c -c +b<a !slow@PUT#1 !term-host@GET#0 import:f",
    // Root that is to be replaced is inside an instance that is broken meanwhile.
    "+a +l<p +h +l<p +o +b +v<a +o +u<o +t<o +v<o o.replicas=2 apply +r<a !503-wait-after*3@write#0 apply t=0 import:o their-error:a x>x apply a<h their-fail:o !absent@list#2 !endless*2@any#1 apply their-fail:o their-failover:o o.replicas=2 plan",
    // A call that was given up is carried out after what came when it had been sent again.
    "+a +v<a +o +h h.files=0 a<h o<h +o +k<o +v<o +d<o a.group=2 !html-404@timing#1 apply their-attach:o their-configure:h their-delete:a !429-wait*2@users#1 !slow-effect@write#1 apply -a apply their-tune:h apply their-delete:a !huge*2@write#0 !html-404-after@write#1 apply o>p u~u r=0 apply",
    // The deletion of what was imported, and so has no timeouts, is undone by the service.
    "+a +a +u<o +a^a +k<a +h h.files=1 p<h p<h !ha-delete-error apply their-untune:h h.infile=2 +a^a !413-past@write#1 !kill-host@write#0 apply h.infile=2 their-restart:a !term-host-after@write#0 plan import:a h.infile=1 -a their-failover:o !delete-undone import:x +o s.day=0 their-failover:o !500-after@any#4 apply",
];

#[test]
fn random_walks_leave_server_and_state_alike() {
    let program = testkit::provider::under_test().unwrap();

    let steps =
        walks::run_through(program, SEED, WALKS).unwrap_or_else(|failed| panic!("{failed}"));

    assert!(steps > 1000, "only {steps} steps were taken");
}

#[test]
fn chains_that_failed_once_are_walked_well() {
    let program = testkit::provider::under_test().unwrap();

    for chain in FAILED_ONCE {
        walks::repeat(program.clone(), chain).unwrap_or_else(|failed| panic!("{failed}"));
    }
}
