/// The random cut forest of AWS, behind the port [dev.countersign.trust.predict.anomaly.CutForest].
///
/// Start at [RandomCut]. One thread and a fixed seed: the same points give the same score, bit for
/// bit (`RandomCutTest`).
@NullMarked
package dev.countersign.trust.predict.forest;

import org.jspecify.annotations.NullMarked;
