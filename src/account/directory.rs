//! All accounts, found by id and by e-mail domain.

use super::Account;
use super::domain::{Wanted, email_domain, folded};
use super::owners::{OwnerIndex, Owners};
use super::record::{Business, Record};
use super::whole::Whole;
use crate::index::RepIndex;
use crate::table::{FastHash, Table, fast_hash};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

/// All accounts, found by id and by e-mail domain.
///
/// Where two accounts list one domain, the account with the smaller id has it, whatever the order in which they come.
///
/// Accounts are kept packed, some 60 bytes each beside their text. One that is asked for as a whole is unpacked and from
/// then on kept as a whole, too, until it changes.
///
/// ```
/// use lead_router::{Account, Accounts};
///
/// let accounts: Accounts = [
///     Account::new("A-17").owner("ann").domain("acme.com"),
///     Account::new("A-18").owner("bob").domain("Example.org"),
/// ].into_iter().collect();
/// assert_eq!(accounts.by_domain("example.ORG").map(|account| account.id.as_str()), Some("A-18"));
/// assert!(accounts.by_domain("mail.example.org").is_none());
/// ```
#[derive(Clone, Default)]
pub struct Accounts {
    slots: Vec<Slot>,
    /// Those that hold no account.
    free: Vec<u32>,
    by_id: Table,
    /// Each domain once, for the account that has it.
    by_domain: Table,
    /// For domains in lower case, who lists them: the slot of each by id. Only for those that several accounts have listed at
    /// one time, or one with more than [`FEW`].
    pub(super) shared: HashMap<Box<str>, BTreeMap<Box<str>, u32>, FastHash>,
    owners: Owners,
    whole: Whole,
}

#[derive(Debug, Clone)]
struct Slot {
    record: Record,
    owner: OwnerIndex,
}

/// Of an account with more domains than that, it is not asked one by one which these are.
const FEW: usize = 8;

/// So many accounts are put in together, if there are many: their places are few enough to stay at hand.
const BATCH: usize = 64;

/// No more is reserved for what an iterator says of its length: it need not be true.
const MOST_RESERVED: usize = 1 << 20;

impl Accounts {
    /// A directory without accounts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an account, in place of one with the same id.
    ///
    /// ```
    /// use lead_router::{Account, Accounts};
    ///
    /// let mut accounts = Accounts::new();
    /// accounts.insert(Account::new("A-17").owner("ann"));
    /// accounts.insert(Account::new("A-17").owner("bob"));
    /// assert_eq!(accounts.len(), 1);
    /// assert_eq!(accounts.by_id("A-17").and_then(|account| account.owner.as_deref()), Some("bob"));
    /// ```
    pub fn insert(&mut self, account: Account) {
        self.put(&account);
    }

    pub(crate) fn put(&mut self, account: &Account) {
        let hash = fast_hash(&account.id);
        let owner = account.owner.as_deref().map_or(OwnerIndex::NOBODY, |owner| self.owners.add(owner));
        let slot = Slot { record: Record::new(account), owner };
        let number = match self.find_id(hash, &account.id) {
            Some(number) => {
                self.unlist(number);
                self.fill(number, slot);
                number
            }
            None => {
                let number = self.new_slot(slot);
                self.by_id.insert(hash, number);
                number
            }
        };
        let has_many = account.domains.len() > FEW;
        for domain in distinct(&account.domains) {
            self.list(number, &account.id, domain, has_many);
        }
    }

    /// Puts a batch in, in less time than one by one: nearly all of that is waiting for memory.
    fn put_all(&mut self, accounts: &[Account]) {
        self.owners.touch(accounts.iter().filter_map(|account| account.owner.as_deref()));
        self.by_id.touch(accounts.iter().map(|account| fast_hash(&account.id)));
        let domains = accounts.iter().flat_map(|account| account.domains.iter().take(FEW));
        self.by_domain.touch(domains.map(|domain| Wanted::new(domain).hash));
        accounts.iter().for_each(|account| self.put(account));
    }

    /// Puts what is said of an account into a slot.
    fn fill(&mut self, number: u32, slot: Slot) {
        if let Some(known) = self.slots.get_mut(number as usize) {
            let before = std::mem::replace(known, slot);
            self.owners.remove(before.owner);
            self.whole.forget(number);
        }
    }

    fn new_slot(&mut self, slot: Slot) -> u32 {
        if let Some(number) = self.free.pop() {
            self.fill(number, slot);
            return number;
        }
        self.slots.push(slot);
        self.whole.grow(self.slots.len());
        (self.slots.len() - 1) as u32
    }

    /// Takes an account out, and gives it back; none if there was none of that id.
    pub fn remove(&mut self, id: &str) -> Option<Account> {
        let hash = fast_hash(id);
        let number = self.find_id(hash, id)?;
        let account = self.known(number)?.to_account();
        self.unlist(number);
        self.by_id.remove(hash, number);
        self.fill(number, Slot { record: Record::default(), owner: OwnerIndex::NOBODY });
        self.free.push(number);
        Some(account)
    }

    /// The account with an id, compared exactly; none if there is none.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&Account> {
        self.unpack(self.find_id(fast_hash(id), id)?)
    }

    /// The account that an e-mail domain belongs to, ignoring case and a dot at the end.
    #[must_use]
    pub fn by_domain(&self, domain: &str) -> Option<&Account> {
        self.unpack(self.first_that_lists(&Wanted::new(domain), None)?)
    }

    /// The account that an e-mail address belongs to: that of the text after its last `@`, with white space around the
    /// address ignored.
    ///
    /// ```
    /// use lead_router::{Account, Accounts};
    ///
    /// let accounts: Accounts = [Account::new("A-17").domain("acme.com")].into_iter().collect();
    /// assert!(accounts.by_email(" Jo@Acme.com ").is_some());
    /// assert!(accounts.by_email("no address").is_none());
    /// ```
    #[must_use]
    pub fn by_email(&self, email: &str) -> Option<&Account> {
        self.by_domain(email_domain(email)?)
    }

    /// All accounts, by id. Sorts them, O(n log n), and unpacks them all.
    pub fn iter(&self) -> impl Iterator<Item = &Account> {
        self.sorted().into_iter().filter_map(|number| self.unpack(number))
    }

    /// How many accounts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn known(&self, number: u32) -> Option<Known<'_>> {
        Some(Known { slot: self.slots.get(number as usize)?, owners: &self.owners })
    }

    fn unpack(&self, number: u32) -> Option<&Account> {
        let known = self.known(number)?;
        self.whole.get(number, || known.to_account())
    }

    pub(crate) fn find_by_id(&self, id: &str) -> Option<Known<'_>> {
        self.known(self.find_id(fast_hash(id), id)?)
    }

    pub(crate) fn find_by_email(&self, email: &str) -> Option<Known<'_>> {
        self.known(self.first_that_lists(&Wanted::new(email_domain(email)?), None)?)
    }

    /// Copies of all accounts, by id: as a whole, without keeping them so.
    pub(crate) fn copies(&self) -> impl ExactSizeIterator<Item = Account> {
        // INVARIANT: the slots are there, so that no account is left empty.
        self.sorted().into_iter().map(|number| self.known(number).map(Known::to_account).unwrap_or_default())
    }

    /// The slots of all accounts, by id.
    fn sorted(&self) -> Vec<u32> {
        let mut numbers: Vec<u32> = self.taken().collect();
        numbers.sort_unstable_by_key(|number| self.known(*number).map(Known::id));
        numbers
    }

    /// The slots that hold an account.
    fn taken(&self) -> impl Iterator<Item = u32> {
        let free: BTreeSet<u32> = self.free.iter().copied().collect();
        (0..self.slots.len() as u32).filter(move |number| !free.contains(number))
    }

    fn find_id(&self, hash: u64, id: &str) -> Option<u32> {
        self.by_id.find(hash, |number| self.known(number).is_some_and(|known| known.id() == id))
    }

    /// Of all accounts but one that list a domain, that with the smallest id. There is more than one to choose from only if
    /// domains happen to have one hash: an account is found under the hash of each of its domains, and lists them all.
    fn first_that_lists(&self, wanted: &Wanted<'_>, but: Option<u32>) -> Option<u32> {
        let mut found: Option<(u32, &str)> = None;
        for number in self.by_domain.under(wanted.hash).filter(|number| Some(*number) != but) {
            if let Some(known) = self.known(number)
                && self.lists(number, known, wanted)
            {
                let id = known.id();
                found = found.filter(|(_, first)| *first <= id).or(Some((number, id)));
            }
        }
        found.map(|(number, _)| number)
    }

    fn lists(&self, number: u32, known: Known<'_>, wanted: &Wanted<'_>) -> bool {
        let mut domains = known.slot.record.domains();
        if domains.by_ref().take(FEW).any(|domain| wanted.is(domain)) {
            return true;
        }
        let has_more = domains.next().is_some();
        has_more && self.shared.get(&*wanted.folded()).is_some_and(|all| all.get(known.id()) == Some(&number))
    }

    /// Makes an account found by a domain, if no other has it.
    fn list(&mut self, number: u32, id: &str, domain: &str, has_many: bool) {
        let wanted = Wanted::new(domain);
        let holder = self.first_that_lists(&wanted, Some(number));
        let id_of = |holder| self.known(holder).map_or_else(Box::default, |known| Box::from(known.id()));
        let holder: Option<(Box<str>, u32)> = holder.map(|holder| (id_of(holder), holder));
        match &holder {
            None => self.by_domain.insert(wanted.hash, number),
            Some((first, holder)) if *id < **first => self.by_domain.replace(wanted.hash, *holder, number),
            Some(_) => {}
        }
        if holder.is_some() || has_many {
            let all = self.shared.entry(Box::from(&*wanted.folded())).or_default();
            all.extend(holder.into_iter().chain([(Box::from(id), number)]));
        }
    }

    /// Gives up all domains of an account: each goes to the next who lists it.
    fn unlist(&mut self, number: u32) {
        let Some(known) = self.known(number) else { return };
        let id: Box<str> = Box::from(known.id());
        let domains: Vec<String> = known.slot.record.domains().map(str::to_owned).collect();
        for domain in distinct(&domains) {
            let wanted = Wanted::new(domain);
            let domain = wanted.folded();
            let all = self.shared.get_mut(&*domain);
            let had_it = all.as_ref().is_none_or(|all| all.values().next() == Some(&number));
            let next = all.and_then(|all| {
                all.remove(&id);
                all.values().next().copied()
            });
            match next {
                Some(next) if had_it => self.by_domain.replace(wanted.hash, number, next),
                Some(_) => {}
                None => {
                    self.by_domain.remove(wanted.hash, number);
                    self.shared.remove(&*domain);
                }
            }
        }
    }

    /// Looks up who all owners are, because the roster is another now.
    pub(crate) fn find_owners(&mut self, find: impl Fn(&str) -> Option<RepIndex>) {
        self.owners.find_all(find);
    }

    /// Tells who an owner is.
    pub(crate) fn found_owner(&mut self, name: &str, rep: Option<RepIndex>) {
        self.owners.found(name, rep);
    }

    /// Gives owners other names.
    pub(crate) fn rename_owners<'n>(&mut self, new_name: impl Fn(&str) -> Option<&'n str>) {
        self.owners.rename(new_name);
        self.whole.forget_all();
    }

    /// Of those accounts whose owner is nobody that the router has been told of: how many they are, the first id, and that
    /// account's owner.
    pub(crate) fn of_unknown_owners(&self) -> Option<(usize, &str, &str)> {
        let unknown = self.slots.iter().filter_map(|slot| {
            let known = Known { slot, owners: &self.owners };
            let owner = known.owner_name().filter(|_| known.owner().is_none())?;
            Some((1, known.id(), owner))
        });
        unknown.reduce(
            |(count, id, owner), (_, other, of_other)| {
                if other < id { (count + 1, other, of_other) } else { (count + 1, id, owner) }
            },
        )
    }
}

/// An account of the directory.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    slot: &'a Slot,
    owners: &'a Owners,
}

impl<'a> Known<'a> {
    pub(crate) fn id(self) -> &'a str {
        self.slot.record.id()
    }

    /// The rep who owns it, whether or not they are still there.
    pub(crate) fn owner(self) -> Option<RepIndex> {
        self.owners.rep(self.slot.owner)
    }

    pub(crate) fn owner_name(self) -> Option<&'a str> {
        self.owners.name(self.slot.owner)
    }

    pub(crate) fn business(self) -> Business {
        self.slot.record.business()
    }

    fn to_account(self) -> Account {
        let Business { open_opportunities, customer, lost_at, late_stage } = self.business();
        Account {
            id: self.id().to_owned(),
            owner: self.owner_name().map(str::to_owned),
            domains: self.slot.record.domains().map(str::to_owned).collect(),
            open_opportunities,
            customer,
            lost_at,
            late_stage,
        }
    }
}

/// Domains without those that are there before, however they are written.
fn distinct(domains: &[String]) -> impl Iterator<Item = &str> {
    let mut seen = BTreeSet::new();
    let is_one = domains.len() == 1;
    domains.iter().map(String::as_str).filter(move |domain| is_one || seen.insert(folded(domain)))
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.copies()).finish()
    }
}

impl PartialEq for Accounts {
    fn eq(&self, other: &Self) -> bool {
        let is_same = |known: Known<'_>| {
            let as_other = other.find_by_id(known.id());
            as_other
                .is_some_and(|other| known.slot.record == other.slot.record && known.owner_name() == other.owner_name())
        };
        self.len() == other.len() && self.taken().filter_map(|number| self.known(number)).all(is_same)
    }
}

impl Eq for Accounts {}

impl IntoIterator for Accounts {
    type Item = Account;
    type IntoIter = std::vec::IntoIter<Account>;

    /// All accounts, by id.
    fn into_iter(self) -> Self::IntoIter {
        self.copies().collect::<Vec<_>>().into_iter()
    }
}

impl FromIterator<Account> for Accounts {
    fn from_iter<I: IntoIterator<Item = Account>>(accounts: I) -> Self {
        let mut all = Self::new();
        all.extend(accounts);
        all
    }
}

impl Extend<Account> for Accounts {
    fn extend<I: IntoIterator<Item = Account>>(&mut self, accounts: I) {
        let mut accounts = accounts.into_iter();
        let more = accounts.size_hint().0.min(MOST_RESERVED);
        self.slots.reserve(more);
        self.by_id.reserve(more);
        self.by_domain.reserve(more);
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            batch.extend(accounts.by_ref().take(BATCH));
            if batch.is_empty() {
                return;
            }
            self.put_all(&batch);
            batch.clear();
        }
    }
}
