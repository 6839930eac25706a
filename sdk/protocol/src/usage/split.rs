//! From a tally to frames: as many as it takes, none too large, and not too many.
//!
//! **Invariants**
//! - A frame has at most [`MAX_FRAME_BYTES`], and at most [`MAX_FRAMES`] are taken at once. What does
//!   not fit is not dropped: tenants that have no place join the rest, and flags that have none stay
//!   for the next time.
//! - What is taken and what stays are together what the tally said.

use std::collections::HashMap;
use std::time::Duration;

use serde::Serialize;

use super::frame::{FlagWindow, Row, WindowFrame};
use super::measure::{Calls, Measure};
use super::tally::{Answer, Tally};
use crate::frame::window_text;

/// The largest frame, in bytes. Servers read frames of 64 KiB.
pub const MAX_FRAME_BYTES: usize = 60 << 10;

/// Most frames of one kind that are taken at once. Servers read fifty frames at once, and five more
/// each second.
pub const MAX_FRAMES: usize = 16;

/// What is reserved for the frame's own fields, in bytes.
const HEAD_BYTES: usize = 160;
/// What is reserved for the fields of a flag beside its key, in bytes.
const FLAG_BYTES: usize = 80;

/// When a window was, seen from the moment of telling.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    /// How long ago it ended.
    pub age: Duration,
    /// How long it was.
    pub length: Duration,
}

impl<M: Measure> Tally<M> {
    /// Takes the texts of the frames that tell this tally, at most [`MAX_FRAMES`]. What they have no
    /// room for stays: take it some seconds later.
    #[must_use]
    pub fn take_frames(&mut self, span: Span) -> Vec<String> {
        self.cut();
        self.make_fit();
        let nothing = Self::new(self.limit);
        let told = std::mem::replace(self, nothing);
        let mut writer = Writer::new(span, told.lost);
        for (flag, answers) in &told.flags {
            let [off, on] = answers;
            if !writer.begin_flag(flag, on, off) {
                self.add_answers(flag, answers);
                continue;
            }
            for (answer, is_on) in [(on, true), (off, false)] {
                let mut rows: Vec<_> = answer.tenants.iter().collect();
                rows.sort_unstable_by(|one, other| {
                    let by_weight = other.1.weight().cmp(&one.1.weight());
                    by_weight.then_with(|| one.0.cmp(other.0))
                });
                for (tenant, measure) in rows {
                    if !writer.row(flag, is_on, tenant, measure) {
                        self.add(flag, is_on, tenant, measure);
                    }
                }
            }
        }
        for (flag, calls) in &told.unknown {
            if !writer.unknown(flag, *calls) {
                self.add_unknown(flag, *calls);
            }
        }
        writer.finish()
    }

    /// Names fewer tenants until all frames are few enough.
    fn make_fit(&mut self) {
        // Half of it for flags and for what a frame's end leaves empty.
        let room = MAX_FRAMES * MAX_FRAME_BYTES / 2;
        let mut sizes: Vec<(u64, usize)> = self
            .flags
            .values()
            .flatten()
            .flat_map(|answer| &answer.tenants)
            .map(|(tenant, measure)| (measure.weight(), size(tenant) + row_size(measure)))
            .collect();
        sizes.sort_unstable_by(|one, other| other.cmp(one));
        let mut used = 0;
        let fitting = sizes.iter().take_while(|(_, size)| {
            used += size;
            used <= room
        });
        let fitting = fitting.count();
        self.cut_to(fitting);
    }
}

/// Fills frames.
struct Writer<M: Measure> {
    frames: Vec<String>,
    open: WindowFrame<M>,
    /// The places of tenants in the open frame.
    places: HashMap<Box<str>, u32>,
    /// At most what the open frame takes, in bytes.
    bytes: usize,
}

impl<M: Measure> Writer<M> {
    fn new(span: Span, lost: u64) -> Self {
        let open = WindowFrame {
            age: millis(span.age),
            length: millis(span.length),
            tenants: Vec::new(),
            flags: Vec::new(),
            unknown: Vec::new(),
            lost,
        };
        Self {
            frames: Vec::new(),
            open,
            places: HashMap::new(),
            bytes: HEAD_BYTES,
        }
    }

    /// Begins a flag, and says what its other tenants are. Whether there is room.
    fn begin_flag(&mut self, flag: &str, on: &Answer<M>, off: &Answer<M>) -> bool {
        let rest = |answer: &Answer<M>| {
            (answer.rest != M::default()).then(|| Row {
                key: answer.rest_tenants,
                measure: answer.rest.clone(),
            })
        };
        let window = FlagWindow {
            flag: flag.to_owned(),
            on: Vec::new(),
            off: Vec::new(),
            on_rest: rest(on),
            off_rest: rest(off),
        };
        let rests = size(&window.on_rest) + size(&window.off_rest);
        let has_room = self.reserve(FLAG_BYTES + size(flag) + rests);
        if has_room {
            self.open.flags.push(window);
        }
        has_room
    }

    /// Says what was counted for a tenant, of the flag that was begun last. Whether there is room.
    fn row(&mut self, flag: &str, on: bool, tenant: &str, measure: &M) -> bool {
        let row = row_size(measure);
        let tenant_size = |writer: &Self| {
            if writer.places.contains_key(tenant) {
                0
            } else {
                size(tenant) + 1
            }
        };
        if self.bytes + row + tenant_size(self) > MAX_FRAME_BYTES {
            if self.is_last() {
                return false;
            }
            self.close();
            // What the others are was said in the frame before.
            let nobody = Answer::default();
            self.begin_flag(flag, &nobody, &nobody);
        }
        self.bytes += row + tenant_size(self);
        let place = if let Some(place) = self.places.get(tenant) {
            *place
        } else {
            let place = u32::try_from(self.places.len()).expect("a frame is small");
            self.places.insert(tenant.into(), place);
            self.open.tenants.push(tenant.to_owned());
            place
        };
        let open = self.open.flags.last_mut().expect("a flag was begun");
        let rows = if on { &mut open.on } else { &mut open.off };
        rows.push(Row {
            key: place,
            measure: measure.clone(),
        });
        true
    }

    /// Says how often an unknown flag was asked. Whether there is room.
    fn unknown(&mut self, flag: &str, calls: Calls) -> bool {
        let has_room = self.reserve(size(flag) + row_size(&calls));
        if has_room {
            self.open.unknown.push(Row {
                key: flag.to_owned(),
                measure: calls,
            });
        }
        has_room
    }

    /// Makes sure that the open frame has so much room, if there may be another frame.
    fn reserve(&mut self, bytes: usize) -> bool {
        if self.bytes + bytes > MAX_FRAME_BYTES {
            if self.is_last() {
                return false;
            }
            self.close();
        }
        self.bytes += bytes;
        true
    }

    /// Whether there may be no frame after the open one.
    fn is_last(&self) -> bool {
        self.frames.len() + 1 >= MAX_FRAMES
    }

    fn close(&mut self) {
        self.frames.push(window_text(&self.open));
        self.open.tenants.clear();
        self.open.flags.clear();
        self.open.unknown.clear();
        self.open.lost = 0;
        self.places.clear();
        self.bytes = HEAD_BYTES;
    }

    fn finish(mut self) -> Vec<String> {
        let has_more = !self.open.flags.is_empty() || !self.open.unknown.is_empty();
        if has_more || self.open.lost > 0 {
            self.close();
        }
        self.frames
    }
}

/// The most that a row takes beside its tenant's key, in bytes.
fn row_size<M: Measure>(measure: &M) -> usize {
    // A place has at most five digits, and a row is followed by a comma.
    6 + size(&Row {
        key: 0_u32,
        measure: measure.clone(),
    })
}

fn size(value: &(impl Serialize + ?Sized)) -> usize {
    serde_json::to_string(value).map_or(0, |text| text.len())
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
