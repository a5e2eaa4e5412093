/*
 * The protocol by which processes agree that a key is refused everywhere, for spin
 * (https://spinroot.com). docs/revocation.md explains it; scripts/model runs it.
 *
 * A step of a process is one transaction of the database, or what it does in memory
 * between two of them; between any two steps everybody else may act and time may pass, so
 * a process may stand still anywhere, for any time. A process looks at the feed whenever it
 * likes, so notifications, also lost and doubled ones, need not be told of.
 *
 * Each BUG_ plants a fault, and spin must then find that the promise is broken. Each SHOW_
 * turns a state that the protocol must be able to reach into an error, so that the promise
 * is not kept just because nothing happens.
 */

#ifndef PROCESSES
#define PROCESSES 2
#endif
#ifndef CHANGES
#define CHANGES 2     /* revocations; each is of a key of an environment of its own */
#endif
#ifndef FAILOVERS
#define FAILOVERS 1
#endif
#ifndef LEASE
#define LEASE 1       /* in ticks */
#endif
#ifndef RENEWALS
#define RENEWALS 2    /* of one row, at most */
#endif
#ifndef REJOINS
#define REJOINS 1     /* of all processes together */
#endif

#define ROWS (PROCESSES + REJOINS + FAILOVERS)
#define NONE 255
#define BIT(x) (1 << (x))

/* Conditions of the protocol, each of which a planted fault leaves out. */
#ifdef BUG_SETTLES_IN_ANY_HISTORY
#define HISTORY_BEGUN true
#else
#define HISTORY_BEGUN (db.begun == history)
#endif
#ifdef BUG_RENEWS_WHEN_OUT
#define NOT_OUT(r) true
#else
#define NOT_OUT(r) !(db.out & BIT(r))
#endif
#ifdef BUG_MARKS_WITHOUT_LOOKING
#define SAME_RENEWAL(r, n) true
#else
#define SAME_RENEWAL(r, n) (db.renewals[r] == n)
#endif
#ifdef BUG_GOES_ON_IN_ANOTHER_HISTORY
#define ANOTHER_HISTORY false
#else
#define ANOTHER_HISTORY (inHistory != appliedIn)
#endif
#ifdef BUG_NO_STAND_IN
#define NEEDS_STAND_IN false
#else
#define NEEDS_STAND_IN (db.begun != history)
#endif

/* ---- The database ---- */

typedef Database {
	byte last;              /* of the feed */
	byte sequence[CHANGES]; /* of a change that is committed */
	byte settled;           /* the changes that are, as bits */
	byte begun;             /* the history that was begun: feed.history */
	byte here, out;         /* rows of processes, as bits */
	byte renewals[ROWS];
	byte applied[ROWS];
	byte age[ROWS]          /* of the last renewal, up to LEASE */
};

Database db, replica;
byte history = 1;          /* the timeline */
bool lags;                 /* what is committed from now on does not reach the replica */
byte failovers, rows;

/* A renewal whose sender gave up waiting: it may be carried out later, or never. */
bool renewing;
byte renewingRow, renewingEnd, renewingIn;

/* A process that marks another as out, which may take any time. */
bool marking;
byte markingRow, markingSeen;

/* ---- The processes ---- */

byte row[PROCESSES];       /* its own, or NONE */
byte left[PROCESSES];      /* how much of the lease is left, by its own clock */
byte since[PROCESSES];     /* for how long the present cycle has gone on, up to LEASE */
byte inCycle;              /* the processes that are in one, as bits */
byte refuses[PROCESSES];   /* the revoked keys that its memory knows of, as bits */

byte x, y;                 /* scratch of single steps, zero between them */
bool confirmed;            /* the same */

inline revoked(set) { /* what is revoked, as bits */
	set = 0;
	for (x : 0 .. CHANGES - 1) {
		if :: db.sequence[x] > 0 -> set = set | BIT(x) :: else fi
	}
	x = 0
}

/* Settles what can be settled. The program does so a little later. But what can be settled
   at some moment can be settled for ever, and nothing depends on it: at once is the worst case. */
inline settle() {
	if
	:: HISTORY_BEGUN ->
		y = CHANGES;
		for (x : 0 .. ROWS - 1) {
			if
			:: (db.here & ~db.out & BIT(x)) && db.applied[x] < y -> y = db.applied[x]
			:: else
			fi
		}
		for (x : 0 .. CHANGES - 1) {
			if
			:: db.sequence[x] > 0 && db.sequence[x] <= y -> db.settled = db.settled | BIT(x)
			:: else
			fi
		}
	:: else
	fi;
	x = 0; y = 0
}

inline insert(r) {
	r = rows; rows++;
	db.here = db.here | BIT(r)
}

/* Writes how far a process came, and renews its lease. */
inline confirm(r, upTo, within) {
	confirmed = (db.here & BIT(r)) && NOT_OUT(r) && within == history;
	if
	:: confirmed -> db.applied[r] = upTo; db.renewals[r]++; db.age[r] = 0; settle()
	:: else
	fi
}

/* Marks a row as out unless it was renewed since it was seen. */
inline mark(r, seen) {
	if
	:: (db.here & BIT(r)) && SAME_RENEWAL(r, seen) ->
		db.out = db.out | BIT(r);
		db.renewals[r] = 0; db.applied[r] = 0; db.age[r] = 0; /* they matter no more */
		settle()
	:: else
	fi
}

/* Ends the trust, and forgets the row. */
inline lose() { left[me] = 0; row[me] = NONE; since[me] = 0; refuses[me] = 0; applied = 0; appliedIn = 0 }

inline sendMark(r) { marking = true; markingRow = r; markingSeen = db.renewals[r] }

proctype Process(byte me) {
	byte end, inHistory, changed, applied, appliedIn;

	do
	::
#ifdef BUG_READS_BEFORE_ITS_ROW
		d_step {
			row[me] == NONE ->
			end = db.last; inHistory = history; applied = end; appliedIn = inHistory; revoked(refuses[me])
		};
#endif
		/* Joins: a row first, then the end of the feed, then all grants. */
		d_step {
			row[me] == NONE && (me == 0 || rows > 0) && rows + NEEDS_STAND_IN < ROWS ->
			since[me] = 0; inCycle = inCycle | BIT(me);
			if
			:: NEEDS_STAND_IN -> insert(y) /* for those whose rows may be lost */
			:: else
			fi;
			db.begun = history;
			insert(row[me]); y = 0
		};
#ifndef BUG_READS_BEFORE_ITS_ROW
		d_step { end = db.last; inHistory = history; applied = end; appliedIn = inHistory };
		d_step { revoked(refuses[me]) };
#endif
		goto confirms

	:: d_step { /* Renews: the end of the feed and what changed, then the grants of those environments. */
			row[me] != NONE && db.renewals[row[me]] < RENEWALS ->
			since[me] = 0; inCycle = inCycle | BIT(me);
			end = db.last; inHistory = history;
			for (x : 0 .. CHANGES - 1) {
				if :: db.sequence[x] > applied -> changed = changed | BIT(x) :: else fi
			}
			x = 0
		};
		if
		:: ANOTHER_HISTORY -> d_step { lose(); end = 0; inHistory = 0; changed = 0 };
			goto ends
		:: else
		fi;
#ifndef BUG_CONFIRMS_BEFORE_APPLYING
		d_step {
			revoked(y);
			refuses[me] = (refuses[me] & ~changed) | (y & changed);
			changed = 0; y = 0
		};
#endif
confirms:	if
		:: d_step {
				!renewing -> /* gives up waiting, so whether it is carried out is not known */
				renewing = true; renewingRow = row[me]; renewingEnd = end; renewingIn = inHistory;
				end = 0; inHistory = 0; changed = 0
			};
			goto ends
		:: d_step {
				confirm(row[me], end, inHistory);
				if
				:: confirmed -> applied = end; appliedIn = inHistory; left[me] = LEASE - since[me]
				:: else -> lose(); changed = 0
				fi;
				confirmed = false; end = 0; inHistory = 0
			}
		fi;
#ifdef BUG_COUNTS_FROM_THE_ANSWER
		if :: row[me] != NONE -> left[me] = LEASE :: else fi;
#endif
#ifdef BUG_CONFIRMS_BEFORE_APPLYING
		d_step { revoked(y); refuses[me] = (refuses[me] & ~changed) | (y & changed); changed = 0; y = 0 };
#endif
ends:		atomic { since[me] = 0; inCycle = inCycle & ~BIT(me) }

	:: d_step { /* stops, gives its lease up or not, and may start again */
			row[me] != NONE ->
			if
			:: !marking -> sendMark(row[me])
			:: true
			fi;
			lose()
		}
	od
}

/* Any process that is not among the above. It may see that a lease is over, by its own clock; the
   worst has seen each renewal when it was committed. And it may begin a history. That it has a
   row, for which changes wait, would only put the receipts off. */
#define WATCH(r) d_step { !marking && (db.here & ~db.out & BIT(r)) && db.age[r] >= LEASE -> sendMark(r) }
proctype Other() {
	do
	:: WATCH(0)
	:: WATCH(1)
#if ROWS > 2
	:: WATCH(2)
#endif
#if ROWS > 3
	:: WATCH(3)
#endif
#if ROWS > 4
	:: WATCH(4)
#endif
	:: d_step {
			db.begun != history && rows + NEEDS_STAND_IN <= ROWS ->
			if
			:: NEEDS_STAND_IN -> insert(y)
			:: else
			fi;
			db.begun = history; y = 0
		}
	od
}

/* Revokes, each key once in a history. */
proctype Revoker() {
	do
	:: d_step { db.sequence[0] == 0 -> db.last++; db.sequence[0] = db.last; settle() }
#if CHANGES > 1
	:: d_step { db.sequence[1] == 0 && (db.sequence[0] > 0 || history > 1) -> db.last++; db.sequence[1] = db.last; settle() }
#endif
	od
}

/* Carries statements out that are under way, or loses them. */
proctype Network() {
	do
	:: d_step {
			renewing ->
			if
			:: db.renewals[renewingRow] < RENEWALS -> confirm(renewingRow, renewingEnd, renewingIn)
			:: else
			fi;
			renewing = false; renewingRow = 0; renewingEnd = 0; renewingIn = 0; confirmed = false
		}
	:: d_step {
			marking ->
			mark(markingRow, markingSeen);
			marking = false; markingRow = 0; markingSeen = 0
		}
	:: d_step { renewing -> renewing = false; renewingRow = 0; renewingEnd = 0; renewingIn = 0 }
	:: d_step { marking -> marking = false; markingRow = 0; markingSeen = 0 }
	od
}

inline copy(from, to) {
	to.last = from.last; to.settled = from.settled; to.begun = from.begun;
	to.here = from.here; to.out = from.out;
	for (x : 0 .. CHANGES - 1) { to.sequence[x] = from.sequence[x] }
	for (x : 0 .. ROWS - 1) { to.renewals[x] = from.renewals[x]; to.applied[x] = from.applied[x]; to.age[x] = from.age[x] }
	x = 0
}

inline forget(what) {
	what.last = 0; what.settled = 0; what.begun = 0; what.here = 0; what.out = 0;
	for (x : 0 .. CHANGES - 1) { what.sequence[x] = 0 }
	for (x : 0 .. ROWS - 1) { what.renewals[x] = 0; what.applied[x] = 0; what.age[x] = 0 }
	x = 0
}

/* A replica that lacks what was committed last takes the primary's place. */
proctype Failover() {
	do
	:: d_step { !lags && failovers < FAILOVERS -> copy(db, replica); lags = true }
	:: d_step {
			lags ->
			failovers++; lags = false;
#ifdef BUG_COMMITS_ARE_NOT_DURABLE
			/* A crash loses what processes wrote of themselves, and it is the same history. */
			db.here = replica.here; db.out = replica.out;
			for (x : 0 .. ROWS - 1) { db.renewals[x] = replica.renewals[x]; db.applied[x] = replica.applied[x]; db.age[x] = replica.age[x] }
			x = 0;
#else
			history++;
			copy(replica, db);
#endif
			forget(replica);
			settle()
		}
	od
}

/* Time passes. The replica's rows count too: who saw them is still there after the failover. */
inline older(table) {
	for (x : 0 .. ROWS - 1) {
		if :: (table.here & ~table.out & BIT(x)) && table.age[x] < LEASE -> table.age[x]++ :: else fi
	}
	x = 0
}

proctype Time() {
	do
	:: d_step {
			for (x : 0 .. PROCESSES - 1) {
				if :: left[x] > 0 -> left[x]-- :: else fi;
				if :: since[x] < LEASE && inCycle & BIT(x) -> since[x]++ :: else fi
			}
			older(db); older(replica)
		}
	od
}

/* The promise: whoever trusts its memory refuses what is settled. A request that begins in
   such a state is refused: memory never forgets a revocation that is still in the database. */
#define BROKEN(p) (left[p] > 0 && (db.settled & ~refuses[p]))

proctype Promise() {
	if
	:: BROKEN(0) -> assert(false)
#if PROCESSES > 1
	:: BROKEN(1) -> assert(false)
#endif
#if PROCESSES > 2
	:: BROKEN(2) -> assert(false)
#endif
#ifdef SHOW_CONFIRMED
	:: db.settled == BIT(CHANGES) - 1 && left[0] > 0 && db.out == 0 && db.here -> assert(false)
#endif
#ifdef SHOW_LEASE_ENDED
	:: db.settled && row[0] != NONE && (db.out & BIT(row[0])) && refuses[0] == 0 -> assert(false)
#endif
#ifdef SHOW_OTHER_HISTORY
	:: history == FAILOVERS + 1 && db.settled == BIT(CHANGES) - 1 && left[0] > 0 && db.begun == history -> assert(false)
#endif
	fi
}

init {
	atomic {
		for (x : 0 .. PROCESSES - 1) { row[x] = NONE }
		x = 0; db.begun = history; /* the migration begins the first */
		run Process(0);
#if PROCESSES > 1
		run Process(1);
#endif
#if PROCESSES > 2
		run Process(2);
#endif
		run Other(); run Revoker(); run Network(); run Failover(); run Time(); run Promise()
	}
}
