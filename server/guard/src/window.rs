//! Windows of 1, 10 and 60 minutes, side by side, and what tenants did in them.
//!
//! Separate because the baseline and the stage must cut time in the same way: a tenant's windows of
//! ten minutes are judged by its past windows of ten minutes.
//!
//! **Invariants**
//! - Windows tumble: each minute lies in one window of each length, and the first begin at minute 0.
//! - The order of the rows within a minute is irrelevant, and rows of one tenant add up.
//! - A window that has not closed yields nothing.

use serde::{Deserialize, Serialize};

/// How long a window is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowLength {
    /// 1 minute: sees an outage at once.
    Minute,
    /// 10 minutes.
    TenMinutes,
    /// 60 minutes: sees what is too rare to show in one of the others.
    Hour,
}

impl WindowLength {
    /// All of them, from the shortest; the guard watches each metric through all.
    pub const ALL: [Self; 3] = [Self::Minute, Self::TenMinutes, Self::Hour];

    /// The length in minutes.
    #[must_use]
    pub const fn minutes(self) -> u32 {
        match self {
            Self::Minute => 1,
            Self::TenMinutes => 10,
            Self::Hour => 60,
        }
    }

    /// Whether a window of this length ends with `minute`, counted from 0.
    #[must_use]
    pub const fn closes_with(self, minute: u32) -> bool {
        (minute + 1).is_multiple_of(self.minutes())
    }

    /// The number of the window of this length that `minute` lies in; both from 0.
    #[must_use]
    pub const fn number(self, minute: u32) -> u32 {
        minute / self.minutes()
    }
}

/// The windows of all lengths that are open, for one metric and all tenants.
///
/// A tenant's figures are `width` counts that add up: requests and bad ones, or the counts of a
/// histogram.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OpenWindows {
    width: usize,
    /// The window of 10 minutes: `width` counts for each tenant, by index.
    ten_minutes: Vec<u64>,
    /// The window of 60 minutes, without what still lies in that of 10.
    hour: Vec<u64>,
    /// The current minute; all zero between two steps, so it need not be kept.
    #[serde(skip)]
    minute: Vec<u64>,
    /// Who has a row in the current minute.
    #[serde(skip)]
    present: Vec<bool>,
    #[serde(skip)]
    touched: Vec<u32>,
}

impl OpenWindows {
    pub(crate) fn new(tenants: usize, width: usize) -> Self {
        Self {
            width,
            ten_minutes: vec![0; tenants * width],
            hour: vec![0; tenants * width],
            minute: vec![0; tenants * width],
            present: vec![false; tenants],
            touched: Vec::new(),
        }
    }

    /// Makes room again for what is not kept; `false` if what was kept is of another shape.
    pub(crate) fn restore(&mut self, tenants: usize, width: usize) -> bool {
        self.minute = vec![0; tenants * width];
        self.present = vec![false; tenants];
        self.touched.clear();
        self.width == width
            && self.ten_minutes.len() == tenants * width
            && self.hour.len() == tenants * width
    }

    /// Adds a row to the current minute.
    #[inline]
    pub(crate) fn add(&mut self, tenant: u32, counts: impl IntoIterator<Item = u64>) {
        let index = tenant as usize;
        if !self.present[index] {
            self.present[index] = true;
            self.touched.push(tenant);
        }
        let at = index * self.width;
        for (sum, count) in self.minute[at..at + self.width].iter_mut().zip(counts) {
            *sum += count;
        }
    }

    /// Ends `minute` and calls `judge` for each tenant with rows in a window that closes with it,
    /// the shortest window first.
    pub(crate) fn close(&mut self, minute: u32, mut judge: impl FnMut(WindowLength, u32, &[u64])) {
        let width = self.width;
        for tenant in self.touched.drain(..) {
            let index = tenant as usize;
            let range = index * width..(index + 1) * width;
            let counts = &mut self.minute[range.clone()];
            judge(WindowLength::Minute, tenant, counts);
            for (sum, count) in self.ten_minutes[range].iter_mut().zip(counts) {
                *sum += std::mem::take(count);
            }
            self.present[index] = false;
        }
        if WindowLength::TenMinutes.closes_with(minute) {
            pour(
                &mut self.ten_minutes,
                Some(&mut self.hour),
                width,
                |tenant, counts| judge(WindowLength::TenMinutes, tenant, counts),
            );
        }
        if WindowLength::Hour.closes_with(minute) {
            pour(&mut self.hour, None, width, |tenant, counts| {
                judge(WindowLength::Hour, tenant, counts);
            });
        }
    }
}

/// Shows each tenant's counts that are not all zero, adds them to the longer window and empties
/// them.
fn pour(
    window: &mut [u64],
    mut longer: Option<&mut [u64]>,
    width: usize,
    mut show: impl FnMut(u32, &[u64]),
) {
    for (tenant, counts) in (0..).zip(window.chunks_exact_mut(width)) {
        if counts.iter().all(|count| *count == 0) {
            continue;
        }
        show(tenant, counts);
        if let Some(longer) = &mut longer {
            let at = tenant as usize * width;
            for (sum, count) in longer[at..at + width].iter_mut().zip(&*counts) {
                *sum += count;
            }
        }
        counts.fill(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_tumble_and_add_up() {
        let mut windows = OpenWindows::new(2, 1);
        let mut seen = Vec::new();
        for minute in 0..119 {
            windows.add(0, [1]);
            windows.add(0, [1]);
            if minute == 25 {
                windows.add(1, [7]);
            }
            windows.close(minute, |length, tenant, counts| {
                if tenant == 1 || length == WindowLength::Hour {
                    seen.push((minute, length, tenant, counts[0]));
                }
            });
        }
        assert_eq!(
            seen,
            [
                (25, WindowLength::Minute, 1, 7),
                (29, WindowLength::TenMinutes, 1, 7),
                (59, WindowLength::Hour, 0, 120),
                (59, WindowLength::Hour, 1, 7),
            ],
            "the second hour is still open"
        );
    }
}
