//! `ValidateProviderConfig`, and the same for each kind of block: everything that can be said about a configuration without a
//! client.

use super::call::guarded_now;
use super::model::from_config;
use super::parts::parts;
use super::registered::Registered;
use super::registry::Engine;
use super::required;
use super::show::show;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::path::Path;
use crate::provider::Provider;
use crate::schema::{Attribute, Kind, Nesting, TIMEOUTS, Validator};
use crate::value::Value;

impl<P: Provider> Engine<P> {
    /// Checks a `provider` block.
    pub(crate) fn validate_provider(&self, config: &Value) -> Diagnostics {
        check(&self.schema, config, true, |config, diagnostics| {
            if let Some(config) = diagnostics.absorb(from_config(config, &self.schema.schema)) {
                self.provider.validate(config, diagnostics);
            }
        })
    }

    /// Checks a `resource` block. A client without the capability would store write-only values.
    pub(crate) fn validate_resource(
        &self,
        name: &str,
        config: &Value,
        write_only_allowed: bool,
    ) -> Diagnostics {
        match self.resources.get(name) {
            Ok(managed) => check(&managed.it, config, write_only_allowed, |config, diagnostics| {
                managed.resource.validate(&managed.it.schema, config, diagnostics);
            }),
            Err(diagnostics) => diagnostics,
        }
    }

    /// Checks a `data` block.
    pub(crate) fn validate_data_source(&self, name: &str, config: &Value) -> Diagnostics {
        match self.data_sources.get(name) {
            Ok(data) => check(&data.it, config, true, |config, diagnostics| {
                data.offer.validate(&data.it.schema, config, diagnostics);
            }),
            Err(diagnostics) => diagnostics,
        }
    }

    /// Checks what stands in the block `config` of a `list` block.
    pub(crate) fn validate_list_resource(&self, name: &str, config: &Value) -> Diagnostics {
        match self.list_resources.get(name) {
            Ok(list) => check(&list.it, config, true, |config, diagnostics| {
                list.offer.validate(&list.it.schema, config, diagnostics);
            }),
            Err(diagnostics) => diagnostics,
        }
    }

    /// Checks what stands in the block `config` of an `action` block.
    pub(crate) fn validate_action(&self, name: &str, config: &Value) -> Diagnostics {
        match self.actions.get(name) {
            Ok(action) => check(&action.it, config, true, |config, diagnostics| {
                action.offer.validate(&action.it.schema, config, diagnostics);
            }),
            Err(diagnostics) => diagnostics,
        }
    }

    /// Checks an `ephemeral` block.
    pub(crate) fn validate_ephemeral_resource(&self, name: &str, config: &Value) -> Diagnostics {
        match self.ephemeral_resources.get(name) {
            Ok(ephemeral) => check(&ephemeral.it, config, true, |config, diagnostics| {
                ephemeral.offer.validate(&ephemeral.it.schema, config, diagnostics);
            }),
            Err(diagnostics) => diagnostics,
        }
    }
}

fn check(
    it: &Registered,
    config: &Value,
    write_only_allowed: bool,
    author: impl FnOnce(&Value, &mut Diagnostics),
) -> Diagnostics {
    let mut check = Check { write_only_allowed, found: Diagnostics::new() };
    check.found.extend(required::missing(&it.schema, config));
    check.object(it.schema.attributes(), config, &Path::root(), false);
    if let (Some(timeouts), Some(block)) = (it.schema.timeouts_block(), config.get(TIMEOUTS)) {
        timeouts.validate(block, &mut check.found);
    }
    let mut own = Diagnostics::new();
    let panicked = guarded_now("validating the configuration", || {
        author(config, &mut own);
        Ok(())
    });
    own.absorb(panicked);
    let found = check.found;
    let said = |it: &Diagnostic| it.path().is_some() && found.iter().any(|a| a.path() == it.path());
    // A value that is refused often does not fit the model either; once is enough.
    let own: Vec<_> =
        own.into_iter().filter(|it| !(it.summary() == "Invalid value" && said(it))).collect();
    it.addressed(found.into_iter().chain(own).collect())
}

struct Check {
    write_only_allowed: bool,
    found: Diagnostics,
}

impl Check {
    fn object<'a>(
        &mut self,
        attributes: impl Iterator<Item = (&'a str, &'a Attribute)>,
        config: &Value,
        path: &Path,
        sensitive: bool,
    ) {
        for (name, attribute) in attributes {
            if let Some(value) = config.get(name).filter(|value| !value.is_null()) {
                let path = path.clone().attribute(name);
                let sensitive = sensitive || attribute.sensitive || attribute.write_only;
                self.attribute(name, attribute, value, &path, sensitive);
            }
        }
    }

    fn attribute(
        &mut self,
        name: &str,
        attribute: &Attribute,
        value: &Value,
        path: &Path,
        sensitive: bool,
    ) {
        if attribute.write_only && !self.write_only_allowed {
            self.found.push(too_old(name, attribute).at(path.clone()));
        }
        if value.is_unknown() {
            return;
        }
        self.value(name, attribute, value, path, sensitive);
        if let Kind::Nested(nesting, _) = &attribute.kind {
            for (step, object) in parts(*nesting, value) {
                let path = step.into_iter().fold(path.clone(), Path::step);
                self.object(attribute.nested(), object, &path, sensitive);
            }
        }
    }

    /// The validators of the attribute itself and of its elements.
    fn value(
        &mut self,
        name: &str,
        attribute: &Attribute,
        value: &Value,
        path: &Path,
        sensitive: bool,
    ) {
        if value.is_null() || value.is_unknown() {
            return;
        }
        let whole = matches!(attribute.kind, Kind::Number { whole: true }).then(Validator::whole);
        for validator in whole.iter().chain(&attribute.validators) {
            if let Err(reason) = validator.test(value) {
                self.found
                    .push(refused(name, validator, &reason, value, sensitive).at(path.clone()));
            }
        }
        let Some(element) = attribute.element() else { return };
        let nesting = if value.as_map().is_some() { Nesting::Map } else { Nesting::List };
        for (step, value) in parts(nesting, value) {
            let path = step.into_iter().fold(path.clone(), Path::step);
            self.value(name, element, value, &path, sensitive);
        }
    }
}

fn too_old(name: &str, attribute: &Attribute) -> Diagnostic {
    let instead = match &attribute.stored_as {
        Some(stored) => format!("or use \"{stored}\" instead, whose value the state holds"),
        None => "or leave it out".to_owned(),
    };
    Diagnostic::error("Write-only attributes are not supported").detail(format!(
        "\"{name}\" is never stored, which needs Terraform 1.11 or later. Upgrade Terraform, {instead}."
    ))
}

fn refused(
    name: &str,
    validator: &Validator,
    reason: &str,
    value: &Value,
    sensitive: bool,
) -> Diagnostic {
    let must = validator.description();
    let mut detail = if sensitive {
        format!("\"{name}\" must be {must}.")
    } else {
        format!("\"{name}\" must be {must}, but the value is {}.", show(value, false))
    };
    if !reason.is_empty() {
        detail.push(' ');
        detail.push_str(reason);
    }
    Diagnostic::error(format!("Invalid value for \"{name}\"")).detail(detail)
}
