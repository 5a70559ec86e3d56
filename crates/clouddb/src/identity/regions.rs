//! The regions that a login opens, and the account that they belong to.

use url::Url;

use crate::http::base_url::check_private;
use crate::identity::catalog::{self, Access, Place, Trouble};
use crate::value::error::Error;
use crate::value::settings::Settings;

/// Where Cloud Databases is for one account.
pub(crate) struct Regions {
    /// The number of the account, where anything tells it.
    pub(crate) account: Option<String>,
    /// Where the calls go that name no region; why they cannot go anywhere, if several regions are
    /// there and none was chosen.
    home: Result<Place, Error>,
    /// The regions that can be named.
    all: Vec<(String, Result<Url, Error>)>,
}

impl Regions {
    /// The one region of an endpoint that the settings give, with the account.
    pub(crate) fn given(settings: &Settings, endpoint: &Url, account: &str) -> Result<Self, Error> {
        let base = catalog::with_account(endpoint, account)?;
        let home = Place { region: settings.region.clone(), base };
        Ok(Self::only(home, Some(account.to_owned())))
    }

    /// The regions in the answer to a login. `unclear` makes the error for an answer that is not as
    /// documented.
    pub(crate) fn told(
        settings: &Settings,
        access: &Access,
        unclear: impl Fn(String) -> Error,
    ) -> Result<Self, Error> {
        let error = |trouble| match trouble {
            Trouble::Refused(error) => error,
            Trouble::Unclear(what) => unclear(what),
        };
        let account = access.account(&settings.credentials);
        let home = access.home(settings).map_err(error);
        if let Ok(home) = &home {
            check_private("the endpoint in the service catalog", &home.base, settings)?;
        }
        let home = match home {
            // Nothing was chosen; those can be served who name their region.
            Err(error @ Error::UnknownRegion { region: None, .. }) => Err(error),
            home => Ok(home?),
        };
        if let (Ok(home), true) = (&home, settings.endpoint.is_some()) {
            let home = Place { region: home.region.clone(), base: home.base.clone() };
            return Ok(Self::only(home, account));
        }
        let usable = |(name, base): (String, Result<Url, Trouble>)| {
            let base = base.map_err(error).and_then(|base| {
                check_private("the endpoint in the service catalog", &base, settings).map(|()| base)
            });
            (name, base)
        };
        Ok(Self { account, home, all: access.regions().into_iter().map(usable).collect() })
    }

    fn only(home: Place, account: Option<String>) -> Self {
        let all = home.region.clone().map(|name| (name, Ok(home.base.clone())));
        Self { account, home: Ok(home), all: all.into_iter().collect() }
    }

    /// The base URL in a region; without one, where calls go that name none.
    pub(crate) fn base(&self, region: Option<&str>) -> Result<&Url, Error> {
        let Some(region) = region else { return Ok(&self.home()?.base) };
        let (_, base) = self.find(region)?;
        base.as_ref().map_err(Clone::clone)
    }

    /// The name of a region as the catalog writes it.
    pub(crate) fn spelled(&self, region: &str) -> Result<&str, Error> {
        self.find(region).map(|(name, _)| name.as_str())
    }

    /// The name of the region where calls go that name none; `None` for an endpoint without a name.
    pub(crate) fn home_name(&self) -> Result<Option<&str>, Error> {
        Ok(self.home()?.region.as_deref())
    }

    /// The names of all regions.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|(name, _)| name.as_str())
    }

    fn home(&self) -> Result<&Place, Error> {
        self.home.as_ref().map_err(Clone::clone)
    }

    fn find(&self, region: &str) -> Result<&(String, Result<Url, Error>), Error> {
        let found = self.all.iter().find(|(name, _)| name.eq_ignore_ascii_case(region));
        found.ok_or_else(|| {
            let mut known: Vec<String> = self.names().map(str::to_owned).collect();
            known.sort();
            Error::UnknownRegion { region: Some(region.to_owned()), known }
        })
    }
}
