/// Our engine beside other people's, on the same questions in the same run.
///
/// Start at [PeersBenchmark]. [Rules] says once what is to be decided; each [Engine] says it in its
/// own language. Before anything is measured, all must give the answers that the rules stand for.
@NullMarked
package dev.countersign.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
