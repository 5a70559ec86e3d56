//! Walking a chain: a simulated account, a person with a configuration, and commands that are judged.

use std::sync::Arc;
use std::time::Duration;

use clouddb_sim::{ClockSkew, Options, PageSizes, Simulator};

use super::actor::Scene;
use super::census::{census, instance_of, key, rest};
use super::configuration::Configuration;
use super::groups::not_as_configured;
use super::ha_groups::{Sources, follow};
use super::label::{Kind, Label};
use super::oracle::{After, Before, Doubt, Oracle, ids};
use super::restarts::waiting;
use super::roots::roots;
use super::step::{Command, Step};
use super::trouble::Trouble;
use super::upgrades::VERIFYING;
use crate::commands::{CommandResult, Commands, Driver, Signal, StateObject};
use crate::oracle::{Naming, Outcome};
use crate::scenario::Block;
use crate::{Result, login};

/// After so many undisturbed applies nothing is left to do.
const APPLIES: usize = 2;

/// Between two looks at what the service still has to carry out.
const GLANCE: Duration = Duration::from_millis(10);

/// An instance that stands still for longer than any operation is mended in the middle of a command.
const LONGEST_SHUTDOWN: Duration = Duration::from_secs(12);

/// More phases than any work has.
const PHASES: usize = 4;

/// A person at work.
pub(super) struct Walker {
    pub(super) cloud: Arc<Simulator>,
    pub(super) terraform: Commands,
    pub(super) configuration: Configuration,
    /// What the next command will meet.
    pub(super) troubles: Vec<Trouble>,
    /// The instance of others.
    theirs: String,
    pub(super) oracle: Oracle,
    sources: Sources,
    /// What was done and told, for who reads of a failure.
    pub(super) log: Vec<String>,
}

impl Walker {
    pub(super) fn new(driver: &Driver) -> Result<Self> {
        let options = Options { page_sizes: PageSizes::all(2), ..Options::default() };
        let cloud = Arc::new(Simulator::start(options)?);
        let theirs = cloud.add_instance(Kind::Instance.name(0), "2", 2);
        cloud.add_database(&theirs, Kind::Database.name(0));
        cloud.add_user(&theirs, Kind::User.name(0), "%", "their-secret", &[]);
        let backup = cloud.add_backup(&theirs, Kind::Backup.name(0));
        cloud.add_backup_copy(&backup, "ORD", Kind::Copy.name(0));
        cloud.add_schedule(&theirs, 3, 30);
        cloud.enable_root(&theirs, "their-secret");
        let pair = cloud.add_ha_group(Kind::HaGroup.name(0), "2", 2, 1);
        if let Some(source) = cloud.ha_group(&pair).and_then(|it| it.source_id) {
            cloud.add_database(&source, Kind::Database.name(0));
        }
        let groups =
            vec![cloud.add_configuration("calm", false), cloud.add_configuration("stern", true)];
        let mut oracle = Oracle::default();
        oracle.foreign(&census(&cloud));
        Ok(Self {
            terraform: driver.commands(&environment(&cloud))?,
            cloud,
            configuration: Configuration { groups, ..Configuration::default() },
            troubles: Vec::new(),
            theirs,
            oracle,
            sources: Sources::default(),
            log: Vec::new(),
        })
    }

    /// Takes a step.
    pub(super) async fn take(&mut self, step: &Step) -> Result {
        match step {
            Step::Edit(edit) => {
                let before = self.configuration.clone();
                edit.make(&mut self.configuration);
                if self.endangers_protected()? {
                    self.expect_refusal().await?;
                    self.configuration = before;
                }
            }
            Step::Trouble(trouble) => self.troubles.push(*trouble),
            Step::Their(their) => {
                let before = census(&self.cloud);
                let state = ids(&self.objects()?);
                let scene = Scene {
                    cloud: &self.cloud,
                    census: &before,
                    configuration: &self.configuration,
                    state: &state,
                    theirs: &self.theirs,
                };
                scene.act(*their);
                let moved = self.sources.look(&self.cloud);
                self.oracle.follow(&moved);
                self.oracle.changed(&follow(before, &moved), &census(&self.cloud));
            }
            Step::Command(command) => {
                let denied = self.troubles.iter().any(|it| it.denies());
                let result = self.command(*command).await?;
                if !result.succeeded() || denied {
                    self.recover(&result).await?;
                }
            }
        }
        Ok(())
    }

    /// Without trouble the configuration becomes true, and everything can be destroyed.
    pub(super) async fn settle(&mut self) -> Result {
        self.troubles.clear();
        self.configuration.unprotect();
        let mut left = Vec::new();
        for _ in 0..APPLIES {
            let result = self.command(Command::Apply).await?;
            left.clone_from(&result.told.errors);
            if !result.succeeded() {
                self.recover(&result).await?;
                continue;
            }
            let plan = self.command(Command::Plan).await?;
            left = [plan.changes, plan.told.errors].concat();
            if left.is_empty() {
                break;
            }
        }
        if !left.is_empty() {
            let what = format!("after {APPLIES} applies there is work left: {}", left.join("; "));
            self.oracle.find(Outcome::Stuck, what);
        }
        self.check_passwords()?;
        let state = ids(&self.objects()?);
        for what in not_as_configured(&self.cloud, &self.configuration.blocks(), &state) {
            self.oracle.find(Outcome::Stuck, what);
        }
        self.configuration = Configuration::default();
        let mut result = self.command(Command::Apply).await?;
        if !result.succeeded() {
            self.recover(&result).await?;
            result = self.command(Command::Apply).await?;
        }
        if !result.succeeded() {
            let what = format!("destroy failed: {}", result.told.errors.join("; "));
            self.oracle.find(Outcome::Stuck, what);
        }
        Ok(())
    }

    /// No listing shows a password, so that a wrong one is found only here.
    fn check_passwords(&mut self) -> Result {
        let state = ids(&self.objects()?);
        for label in Label::ALL.into_iter().filter(|it| it.kind == Kind::User) {
            let (Some(id), Some(password)) =
                (state.get(&label.address()), self.configuration.password(label))
            else {
                continue;
            };
            // Somebody has made it anew, and no API tells with which password.
            if self.oracle.is_foreign(id) {
                continue;
            }
            let users = self.cloud.users(instance_of(id).unwrap_or_default());
            let user = users.iter().find(|it| id.ends_with(&format!("/{}@{}", it.name, it.host)));
            if user.is_some_and(|user| user.password != password) {
                let what = format!("{} has another password than configured", label.address());
                self.oracle.find(Outcome::Stuck, what);
            }
        }
        Ok(())
    }

    /// Gives a command, with what it is to meet, and has it judged.
    pub(super) async fn command(&mut self, command: Command) -> Result<CommandResult> {
        self.keep_volumes()?;
        self.keep_upgrades()?;
        self.keep_groups_at_home()?;
        self.keep_copies()?;
        self.postpone_exchanges()?;
        let blocks = self.configuration.blocks();
        let before = self.before()?;
        let adopted = match command {
            Command::Import(label) => {
                let Some(id) = before.state.get(&label.address()).cloned() else {
                    return Ok(CommandResult::default());
                };
                if !self.configuration.wishes.contains_key(&label) {
                    return Ok(CommandResult::default());
                }
                self.terraform.forget(&label.address()).await?;
                Some((label, id))
            }
            _ => None,
        };
        self.judged(command, adopted, &blocks, &before).await
    }

    pub(super) async fn judged(
        &mut self,
        command: Command,
        adopted: Option<(Label, String)>,
        blocks: &[Block],
        before: &Before,
    ) -> Result<CommandResult> {
        self.terraform.end_session();
        self.cloud.clear_requests();
        let troubles = std::mem::take(&mut self.troubles);
        let undisturbed = troubles.is_empty() && before.unreadable.is_empty();
        let denied = troubles.iter().any(|it| it.denies());
        let overtaken = troubles.iter().any(|it| it.overtakes());
        let delayed = troubles.iter().any(|it| it.delays());
        for trouble in &troubles {
            trouble.prepare(&self.cloud);
        }
        let signal = troubles.into_iter().find_map(Trouble::signal);
        if let Some((_, id)) = &adopted {
            self.oracle.typed(id);
        }
        let read = adopted.as_ref().map(|(label, _)| label.address());
        let (result, ended) = self.run(command, adopted, blocks, signal).await?;
        // What was given up and sent again may be carried out after what came then, and undo that.
        let late = self.calm().await || (delayed && was_sent_again(&self.cloud));
        let moved = self.sources.look(&self.cloud);
        self.oracle.follow(&moved);
        let before = &before.followed(&moved);
        let namesakes = self.cloud.namesakes().iter().filter_map(|path| id_of(path)).collect();
        let (after, waiting) = (census(&self.cloud), waiting(&self.cloud));
        let objects = self.objects()?;
        let when = Step::Command(command).to_string();
        self.note(&when, ended, &result);
        self.oracle.judge(
            &when,
            blocks,
            before,
            &After {
                census: &after,
                waiting: &waiting,
                objects: &objects,
                result: &result,
                requests: &self.cloud.requests(),
                read: read.as_deref(),
                namesakes: &namesakes,
                undisturbed,
                denied,
                doubt: match ended {
                    Some(signal) if signal.silences() => Some(Doubt::Silenced),
                    _ => overtaken.then_some(Doubt::Overtaken),
                },
                late,
                command,
                naming: match ended {
                    Some(signal) if signal.silences() => Naming::Nothing,
                    // The next plan names what the API itself has denied.
                    _ if denied => Naming::Nothing,
                    // What could not be looked up is named by its name, and by its ID in the next plan.
                    _ if late || !result.succeeded() => Naming::Name,
                    _ => Naming::Id,
                },
            },
        );
        Ok(result)
    }

    async fn run(
        &mut self,
        command: Command,
        adopted: Option<(Label, String)>,
        blocks: &[Block],
        signal: Option<Signal>,
    ) -> Result<(CommandResult, Option<Signal>)> {
        let interruption = self.terraform.interruption();
        let prepared = self.cloud.waiting_faults();
        let (cloud, ending) = (Arc::clone(&self.cloud), interruption.clone());
        let watching = signal.map(|signal| {
            tokio::spawn(async move {
                // The end comes when the first of what was prepared has happened.
                while cloud.waiting_faults() == prepared {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                // Too late for a command that is over.
                drop(ending.end(signal).await);
            })
        });
        // An object that was imported has no timeouts of its own, and would be waited for much longer.
        let cloud = Arc::clone(&self.cloud);
        let mending = tokio::spawn(async move {
            tokio::time::sleep(LONGEST_SHUTDOWN).await;
            cloud.instances().iter().for_each(|it| cloud.release(&it.id));
            for id in undone(&cloud) {
                cloud.set_status(&id, "ERROR");
            }
        });
        let ran = match (command, adopted) {
            (Command::Plan, _) => self.terraform.pending(blocks).await,
            (Command::Refresh, _) => self.terraform.refresh(blocks).await,
            (Command::Import(_), Some((label, id))) => {
                // A root user has the ID of its instance.
                let id = match label.kind {
                    Kind::Root => instance_of(&id).unwrap_or_default(),
                    _ => &id,
                };
                self.terraform.import(blocks, &label.address(), id).await
            }
            _ => self.terraform.apply(blocks).await,
        };
        mending.abort();
        if let Some(watching) = watching {
            watching.abort();
        }
        let ended = interruption.ended().map(|(signal, _)| signal);
        self.terraform.end_session();
        Ok((ran?, ended))
    }

    /// The service works again, ends what was begun, and somebody there has mended what failed in what
    /// was sound before. Tells whether calls were carried out that nobody waited for.
    async fn calm(&mut self) -> bool {
        self.cloud.clear_faults();
        self.cloud.clear_endings();
        self.cloud.set_clocks(ClockSkew::default());
        let late = self.cloud.late_effects() > 0;
        self.cloud.carry_out_late_effects();
        while self.cloud.late_effects() > 0 {
            tokio::time::sleep(GLANCE).await;
        }
        for _ in 0..PHASES {
            self.cloud.advance();
        }
        let tainted: Vec<String> = self.objects().map_or_else(
            |_| Vec::new(),
            |objects| {
                let tainted = objects.iter().filter(|it| it.tainted);
                tainted.filter_map(key).collect()
            },
        );
        for instance in self.cloud.instances() {
            self.cloud.release(&instance.id);
            let rests = rests(&instance.status) || instance.ha_id.is_some();
            if !rests && !tainted.contains(&instance.id) {
                self.cloud.set_status(&instance.id, "ACTIVE");
            }
        }
        for group in self.cloud.ha_groups() {
            self.cloud.release(&group.id);
            if !rests(&group.state) && !tainted.contains(&group.id) {
                rest(&self.cloud, &group.id, "ACTIVE");
            }
        }
        for backup in self.cloud.backups() {
            if backup.status != "COMPLETED" && !tainted.contains(&backup.id) {
                self.cloud.set_status(&backup.id, "COMPLETED");
            }
        }
        late
    }

    pub(super) fn before(&self) -> Result<Before> {
        let objects = self.objects()?;
        let left =
            objects.iter().filter(|it| it.attributes.get("skip_destroy") == Some(&true.into()));
        let instances = self.cloud.instances().into_iter().filter(|it| !rests(&it.status));
        let groups = self.cloud.ha_groups().into_iter().filter(|it| !rests(&it.state));
        Ok(Before {
            census: census(&self.cloud),
            state: ids(&objects),
            roots: roots(&objects),
            left: left.filter_map(key).collect(),
            unreadable: instances.map(|it| it.id).chain(groups.map(|it| it.id)).collect(),
            waiting: waiting(&self.cloud),
        })
    }

    /// Every object in the state, where failovers have left it.
    pub(super) fn objects(&self) -> Result<Vec<StateObject>> {
        let objects = self.terraform.objects()?.into_iter();
        Ok(objects.map(|it| self.sources.followed(it)).collect())
    }

    fn note(&mut self, when: &str, ended: Option<Signal>, result: &CommandResult) {
        let end = match ended {
            None => "",
            Some(Signal::Interrupt) => ", Ctrl-C",
            Some(Signal::Terminate) => ", SIGTERM",
            Some(Signal::TerminateHost) => ", SIGTERM to Terraform",
            Some(Signal::TerminateProvider) => ", SIGTERM to the provider",
            Some(Signal::HangUp) => ", SIGHUP",
            Some(Signal::HangUpHost) => ", SIGHUP to Terraform",
            Some(Signal::HangUpProvider) => ", SIGHUP to the provider",
            Some(Signal::Kill) => ", SIGKILL of the provider",
            Some(Signal::KillHost) => ", SIGKILL of Terraform",
        };
        self.log.push(format!("{when}{end}"));
        let told = result.told.errors.iter().map(|it| ("error", it));
        for (kind, text) in told.chain(result.told.warnings.iter().map(|it| ("warning", it))) {
            self.log.push(format!("  {kind}: {}", text.replace('\n', "\n    ")));
        }
        for request in self.cloud.requests().iter().filter(|it| it.method != "GET") {
            let body = Some(&request.body).filter(|it| !it.is_null());
            let body = body.map(|it| format!(" {it}")).unwrap_or_default();
            self.log
                .push(format!("  {} {} {}{body}", request.method, request.call, request.status));
        }
    }
}

/// Whether an instance or an HA group does nothing.
/// Whether one change was asked for twice.
fn was_sent_again(cloud: &Simulator) -> bool {
    let requests = cloud.requests();
    let mut changes = requests.iter().filter(|it| matches!(it.method.as_str(), "PATCH" | "PUT"));
    let mut seen = Vec::new();
    changes.any(|it| {
        let change = (&it.method, &it.call, &it.body);
        let again = seen.contains(&change);
        seen.push(change);
        again
    })
}

/// What the service was to delete, and did not. Nothing tells, so it is waited for until the deadline.
fn undone(cloud: &Simulator) -> Vec<String> {
    let there: Vec<String> = (cloud.instances().into_iter().map(|it| it.id))
        .chain(cloud.ha_groups().into_iter().map(|it| it.id))
        .collect();
    let requests = cloud.requests();
    let deletions = requests.iter().filter(|it| it.method == "DELETE" && it.status == 202);
    let ids = deletions.filter_map(|it| {
        let path = it.call.strip_prefix("/instances/").or(it.call.strip_prefix("/ha/"))?;
        there.iter().find(|id| *id == path).cloned()
    });
    ids.collect()
}

fn rests(status: &str) -> bool {
    matches!(status, "ACTIVE" | "RESTART_REQUIRED" | VERIFYING)
}

/// A pace at which a person would not want to wait for Rackspace, and a test does for the simulator.
fn environment(cloud: &Simulator) -> Vec<(String, String)> {
    let pace = [
        ("RAX_DB_POLL_INTERVAL", "1ms"),
        ("RAX_DB_REQUEST_TIMEOUT", "500ms"),
        ("RAX_DB_LONGEST_OUTAGE", "1200ms"),
    ]
    .map(|(name, value)| (name, value.to_owned()));
    let all = login::environment(cloud).into_iter().chain(pace);
    all.map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The ID that a state has for what has this path.
fn id_of(path: &str) -> Option<String> {
    let mut segments = path.split('/').skip(2);
    let id = segments.next()?;
    // What is in an HA group is below an instance of that.
    match (segments.next(), segments.next(), segments.nth(1)) {
        (Some("instances"), Some(member), Some(key)) => Some(format!("{member}/{key}")),
        (_, Some(key), _) => Some(format!("{id}/{key}")),
        _ => Some(id.to_owned()),
    }
}
