use std::sync::Arc;

use crate::payload::Payload;

/// What is known about an event beside its data. Every field may be absent.
#[derive(Clone, Debug, PartialEq)]
pub struct Metadata<P> {
    /// Ties together all that one request or process caused; at most 255 characters.
    pub correlation_id: Option<Arc<str>>,
    /// The id of what caused this event; at most 255 characters.
    pub causation_id: Option<Arc<str>>,
    /// Whose event it is, where one store serves several; 1 to 255 characters.
    pub tenant: Option<Arc<str>>,
    /// Anything else: a JSON object. Absent stands for the empty object.
    pub extra: Option<P>,
}

impl<P> Metadata<P> {
    /// No metadata at all.
    pub const fn none() -> Self {
        Self { correlation_id: None, causation_id: None, tenant: None, extra: None }
    }

    /// With this correlation id.
    #[must_use]
    pub fn with_correlation_id(mut self, id: impl Into<Arc<str>>) -> Self {
        self.correlation_id = Some(id.into());
        self
    }

    /// With this causation id.
    #[must_use]
    pub fn with_causation_id(mut self, id: impl Into<Arc<str>>) -> Self {
        self.causation_id = Some(id.into());
        self
    }

    /// With this tenant.
    #[must_use]
    pub fn with_tenant(mut self, tenant: impl Into<Arc<str>>) -> Self {
        self.tenant = Some(tenant.into());
        self
    }

    /// With this JSON object beside the named fields.
    #[must_use]
    pub fn with_extra(mut self, extra: P) -> Self {
        self.extra = Some(extra);
        self
    }
}

impl<P: Payload> Metadata<P> {
    /// These fields, and where one is absent that of `under`; the members of `extra` are joined likewise.
    #[must_use]
    pub fn over(self, under: &Self) -> Self {
        let extra = match (self.extra, &under.extra) {
            (Some(over), Some(under)) => Some(over.members_over(under)),
            (over, under) => over.or_else(|| under.clone()),
        };
        Self {
            correlation_id: self.correlation_id.or_else(|| under.correlation_id.clone()),
            causation_id: self.causation_id.or_else(|| under.causation_id.clone()),
            tenant: self.tenant.or_else(|| under.tenant.clone()),
            extra,
        }
    }
}

impl<P> Default for Metadata<P> {
    fn default() -> Self {
        Self::none()
    }
}
