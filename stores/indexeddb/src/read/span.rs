/// Versions or positions from `first` to `last`, both inclusive and from 1; `last` may be infinite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Span {
    pub(super) first: f64,
    pub(super) last: f64,
}

impl Span {
    /// As many places as the limit allows, upwards; none where that is nothing.
    pub(super) fn up_from(first: f64, limit: f64) -> Option<Self> {
        (limit > 0.0).then_some(Self { first, last: first + limit - 1.0 })
    }

    /// As many places as the limit allows, downwards and not below 1; none where that is nothing.
    pub(super) fn down_from(last: f64, limit: f64) -> Option<Self> {
        (limit > 0.0 && last >= 1.0).then_some(Self { first: (last - limit + 1.0).max(1.0), last })
    }

    /// The parts of this size, in the order of reading.
    pub(super) fn parts(self, size: f64, backwards: bool) -> impl Iterator<Item = Self> {
        let within = move |part: &Self| part.first <= self.last && part.last >= self.first;
        let next = move |part: &Self| {
            let step = if backwards { -size } else { size };
            Some(Self { first: part.first + step, last: part.last + step })
        };
        let start = if backwards { self.last - size + 1.0 } else { self.first };
        std::iter::successors(Some(Self { first: start, last: start + size - 1.0 }), next)
            .take_while(within)
            .map(move |part| Self { first: part.first.max(self.first), last: part.last.min(self.last) })
    }
}
