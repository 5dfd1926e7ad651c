/// What it costs to govern an action, and whether one is ever carried out twice or not at all.
///
/// [WorkRoom] is the workflow room in a plain JVM with everything it stands on, wired as the server
/// wires it. [Cycles] drives whole cycles through it, propose to outcome, beside the same commits
/// without us ([PlainCycles]); [LongInbox] reads an inbox in which a million requests wait;
/// [WaveOfTimers] asks how late timers of each kind ([Wave]) are while others work. [WorkCrash]
/// kills a process that works ([CrashedWork]) again and again, and then looks for what was lost or
/// done twice ([Executed]), also by another system that outlives the kills ([Receiver]).
/// [MutatedRows] changes what is stored and has it executed.
@NullMarked
package dev.countersign.benchmarks.work;

import org.jspecify.annotations.NullMarked;
