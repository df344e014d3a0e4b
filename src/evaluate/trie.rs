//! A path-compressed trie of byte keys: all keys that a text begins with, in one walk.

/// An edge label and what hangs behind it; children and ids are ranges of the trie's flat lists.
#[derive(Debug, Clone, Copy, Default)]
struct Node {
    label: (u32, u32),
    children: (u32, u32),
    ids: (u32, u32),
}

/// The trie; ids belong to keys, several to one if they share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Trie {
    nodes: Vec<Node>,
    /// The first byte of each node's label: to choose among children, only these are read.
    firsts: Vec<u8>,
    bytes: Vec<u8>,
    ids: Vec<u32>,
}

/// Keys to make a trie of, their bytes in one piece.
#[derive(Debug, Default)]
pub(super) struct Keys {
    bytes: Vec<u8>,
    /// The range of each key, and its id.
    entries: Vec<(u32, u32, u32)>,
}

impl Keys {
    /// Adds a key.
    pub(super) fn push(&mut self, key: impl Iterator<Item = u8>, id: u32) {
        let start = index(self.bytes.len());
        self.bytes.extend(key);
        self.entries.push((start, index(self.bytes.len()), id));
    }

    /// Of keys that more than `crowd` ids share, those go whose id `leaves` wants.
    pub(super) fn thin(&mut self, crowd: usize, mut leaves: impl FnMut(u32) -> bool) {
        self.sort();
        let Self { bytes, entries } = self;
        let key = |entry: &(u32, u32, u32)| slice(bytes, (entry.0, entry.1));
        let mut kept = Vec::with_capacity(entries.len());
        for group in entries.chunk_by(|a, b| key(a) == key(b)) {
            let crowded = group.len() > crowd;
            kept.extend(group.iter().filter(|entry| !(crowded && leaves(entry.2))));
        }
        self.entries = kept;
    }

    fn sort(&mut self) {
        let key = |entry: &(u32, u32, u32)| slice(&self.bytes, (entry.0, entry.1));
        self.entries.sort_unstable_by(|a, b| key(a).cmp(key(b)).then(a.2.cmp(&b.2)));
    }

    fn key(&self, at: usize) -> Option<&[u8]> {
        self.entries.get(at).map(|entry| slice(&self.bytes, (entry.0, entry.1)))
    }
}

fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn slice<T>(list: &[T], range: (u32, u32)) -> &[T] {
    list.get(range.0 as usize..range.1 as usize).unwrap_or_default()
}

/// A group of sorted keys that share their first `depth` bytes and hang under `node`.
struct Group {
    node: usize,
    from: usize,
    to: usize,
    depth: usize,
}

impl Trie {
    /// Builds the trie, without recursion.
    pub(super) fn new(mut keys: Keys) -> Self {
        keys.sort();
        let mut trie = Self { nodes: vec![Node::default()], firsts: vec![0], ..Self::default() };
        trie.ids.reserve(keys.entries.len());
        let mut groups = vec![Group { node: 0, from: 0, to: keys.entries.len(), depth: 0 }];
        while let Some(group) = groups.pop() {
            trie.fill(&keys, &group, &mut groups);
        }
        trie
    }

    fn fill(&mut self, keys: &Keys, group: &Group, groups: &mut Vec<Group>) {
        let length = |entry: &(u32, u32, u32)| (entry.1 - entry.0) as usize;
        let all = keys.entries.get(group.from..group.to).unwrap_or_default();
        let ended = all.iter().take_while(|entry| length(entry) == group.depth).count();
        let first_id = index(self.ids.len());
        self.ids.extend(all.iter().take(ended).map(|entry| entry.2));
        let first_child = self.nodes.len();
        let mut at = group.from + ended;
        while let Some(key) = keys.key(at).filter(|_| at < group.to) {
            let byte = key.get(group.depth);
            let to = (at + 1..group.to).find(|other| keys.key(*other).and_then(|key| key.get(group.depth)) != byte);
            let to = to.unwrap_or(group.to);
            // Sorted: what the first and the last share, all share.
            let last = keys.key(to - 1).unwrap_or(key);
            let depth = key.iter().zip(last).take_while(|(a, b)| a == b).count();
            let label = index(self.bytes.len());
            self.bytes.extend_from_slice(key.get(group.depth..depth).unwrap_or_default());
            let node = self.nodes.len();
            self.firsts.push(byte.copied().unwrap_or_default());
            self.nodes.push(Node { label: (label, index(self.bytes.len())), ..Node::default() });
            groups.push(Group { node, from: at, to, depth });
            at = to;
        }
        let (ids, children) = ((first_id, index(self.ids.len())), (index(first_child), index(self.nodes.len())));
        if let Some(node) = self.nodes.get_mut(group.node) {
            node.ids = ids;
            node.children = children;
        }
    }

    /// Calls `found` with the ids of every key that is a prefix of the bytes.
    #[inline]
    pub(super) fn prefixes(&self, bytes: impl Iterator<Item = u8>, mut found: impl FnMut(u32)) {
        let mut bytes = bytes;
        let Some(mut node) = self.nodes.first() else { return };
        loop {
            slice(&self.ids, node.ids).iter().for_each(|id| found(*id));
            if node.children.0 == node.children.1 {
                return;
            }
            let Some(byte) = bytes.next() else { return };
            let child = slice(&self.firsts, node.children).iter().position(|first| *first == byte);
            let child = child.and_then(|at| self.nodes.get(node.children.0 as usize + at));
            let Some(child) = child else { return };
            for wanted in slice(&self.bytes, (child.label.0 + 1, child.label.1)) {
                if bytes.next() != Some(*wanted) {
                    return;
                }
            }
            node = child;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prefix_is_found_and_nothing_else() {
        let keys = ["", "a", "ab", "abc", "abd", "b", "ba", "abc", "é"];
        let mut list = Keys::default();
        keys.iter().zip(0..).for_each(|(key, id)| list.push(key.bytes(), id));
        let trie = Trie::new(list);
        for text in ["", "a", "abcx", "abx", "bab", "ézz", "c", "ab"] {
            let mut found = Vec::new();
            trie.prefixes(text.bytes(), |id| found.push(id));
            found.sort_unstable();
            let wanted: Vec<u32> =
                keys.iter().zip(0..).filter(|(key, _)| text.starts_with(*key)).map(|(_, id)| id).collect();
            assert_eq!(found, wanted, "{text}");
        }
    }

    #[test]
    fn only_crowds_are_thinned() {
        let mut keys = Keys::default();
        ["b", "a", "b", "b", "a"].iter().zip(0..).for_each(|(key, id)| keys.push(key.bytes(), id));
        let mut asked = Vec::new();
        keys.thin(2, |id| {
            asked.push(id);
            id != 2
        });
        assert_eq!(asked, [0, 2, 3]);
        let (trie, mut found) = (Trie::new(keys), Vec::new());
        ["a", "b"].iter().for_each(|text| trie.prefixes(text.bytes(), |id| found.push(id)));
        assert_eq!(found, [1, 4, 2]);
    }

    #[test]
    fn deep_chains_need_no_stack() {
        let mut keys = Keys::default();
        (0..3000).for_each(|n| keys.push(std::iter::repeat_n(b'a', n as usize), n));
        let trie = Trie::new(keys);
        let mut count = 0;
        trie.prefixes(std::iter::repeat_n(b'a', 5000), |_| count += 1);
        assert_eq!(count, 3000);
    }
}
