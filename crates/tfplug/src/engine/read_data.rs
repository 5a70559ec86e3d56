//! `ReadDataSource`.

use super::call::interruptible;
use super::registry::Engine;
use super::required;
use super::shape;
use crate::context::{Context, Private};
use crate::diagnostic::{Diagnostics, Result};
use crate::provider::Provider;
use crate::schema::Operation;
use crate::value::Value;

impl<P: Provider> Engine<P> {
    /// Reads what `config` asks for; `None` after an error.
    pub(crate) async fn read_data(
        &self,
        name: &str,
        config: &Value,
    ) -> (Option<Value>, Diagnostics) {
        let mut warnings = Diagnostics::new();
        let result = self.read_data_source(name, config, &mut warnings).await;
        let state = warnings.absorb(result);
        let diagnostics = match self.data_sources.get(name) {
            Ok(data) => data.it.addressed(warnings),
            Err(_) => warnings,
        };
        (state, diagnostics)
    }

    async fn read_data_source(
        &self,
        name: &str,
        config: &Value,
        warnings: &mut Diagnostics,
    ) -> Result<Value> {
        let data = self.data_sources.get(name)?;
        required::missing(&data.it.schema, config).into_result()?;
        let deadline = data.it.deadline(config, Operation::Read);
        let cx =
            Context::new(self.client()?, deadline, self.token(), config.clone(), Private::new());
        let asked = shape::inward(&data.it.schema, config);
        let what = format!("reading {}", data.name);
        let read = interruptible(&what, cx.stop(), data.offer.read(&cx, &asked)).await;
        warnings.extend(cx.take_warnings());
        Ok(shape::state(&data.it.schema, &data.it.ty, read?, config))
    }
}
