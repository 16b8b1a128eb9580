//! A set of row numbers, kept as ranges, since hidden rows come in runs.

/// Rows, counted from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RowSet(Vec<(u32, u32)>);

impl RowSet {
    /// Adds a row; cheapest where rows come in ascending order.
    pub(super) fn insert(&mut self, row: u32) {
        self.insert_range(row, row);
    }

    /// Adds the rows from one to another, both included.
    pub(super) fn insert_range(&mut self, first: u32, last: u32) {
        match self.0.last_mut() {
            Some((_, end)) if *end + 1 == first => *end = last,
            Some((_, end)) if first <= *end => {
                self.0.push((first, last));
                self.0.sort_unstable();
                self.0.dedup_by(|next, before| {
                    let joins = next.0 <= before.1.saturating_add(1);
                    if joins {
                        before.1 = before.1.max(next.1);
                    }
                    joins
                });
            }
            _ => self.0.push((first, last)),
        }
    }

    /// Whether a row is among them.
    pub(super) fn contains(&self, row: u32) -> bool {
        let after = self.0.partition_point(|(first, _)| *first <= row);
        self.0[..after].last().is_some_and(|(_, last)| row <= *last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_in_whatever_order_they_came() {
        let mut rows = RowSet::default();
        for row in [1, 2, 3, 7, 9, 8, 7, 100] {
            rows.insert(row);
        }
        rows.insert_range(20, 30);
        rows.insert_range(22, 25);
        let found: Vec<u32> = (0..110).filter(|row| rows.contains(*row)).collect();
        let expected: Vec<u32> = [1, 2, 3, 7, 8, 9].into_iter().chain(20..=30).chain([100]).collect();
        assert_eq!(found, expected);
    }
}
