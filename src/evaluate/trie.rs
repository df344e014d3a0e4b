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
    pub(super) fn new(mut keys: Vec<(Box<[u8]>, u32)>) -> Self {
        keys.sort_unstable();
        let mut trie = Self { nodes: vec![Node::default()], firsts: vec![0], ..Self::default() };
        let mut groups = vec![Group { node: 0, from: 0, to: keys.len(), depth: 0 }];
        while let Some(group) = groups.pop() {
            trie.fill(&keys, &group, &mut groups);
        }
        trie
    }

    fn fill(&mut self, keys: &[(Box<[u8]>, u32)], group: &Group, groups: &mut Vec<Group>) {
        let all = keys.get(group.from..group.to).unwrap_or_default();
        let ended = all.iter().take_while(|(key, _)| key.len() == group.depth).count();
        let first_id = index(self.ids.len());
        self.ids.extend(all.iter().take(ended).map(|(_, id)| *id));
        let first_child = self.nodes.len();
        let mut at = group.from + ended;
        while let Some((key, _)) = keys.get(at).filter(|_| at < group.to) {
            let byte = key.get(group.depth);
            let same = keys.get(at..group.to).unwrap_or_default();
            let to = at + same.iter().take_while(|(other, _)| other.get(group.depth) == byte).count();
            // Sorted: what the first and the last share, all share.
            let last = keys.get(to.saturating_sub(1)).map_or(&**key, |(last, _)| last);
            let depth = key.iter().zip(last).take_while(|(a, b)| a == b).count();
            let label = index(self.bytes.len());
            self.bytes.extend(key.get(group.depth..depth).unwrap_or_default());
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
        let trie = Trie::new(keys.iter().zip(0..).map(|(key, id)| (key.as_bytes().into(), id)).collect());
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
    fn deep_chains_need_no_stack() {
        let keys = (0..20_000u32).map(|n| (vec![b'a'; n as usize].into_boxed_slice(), n)).take(3000);
        let trie = Trie::new(keys.collect());
        let mut count = 0;
        trie.prefixes(std::iter::repeat_n(b'a', 5000), |_| count += 1);
        assert_eq!(count, 3000);
    }
}
