/// What would have had to be different for a refused call to be permitted.
///
/// Start at [Explanation]: the smallest change of the request, of one attribute or two, that is
/// permitted under what is in force now. [SearchSpace] says which changes are tried; nothing
/// outside it is claimed.
///
/// A suggestion is a counterfactual, not advice to say something else of the same call: it names
/// the call that would be permitted. So nothing is ever left out of what a caller declared, and
/// nothing is changed that is not his to choose: who asks, his roles, the tenant's values.
///
/// What always holds:
///
/// - Each suggestion, asked anew, is permitted: it was asked, registered facts and all
///   (`ExplanationPropertiesTest`).
/// - No smaller change in the space is; if none is found and the search is complete, none of one or
///   two attributes in the space is (`ExplanationPropertiesTest`, against every combination).
/// - The same question under the same rules gives the same explanation.
/// - So many requests are evaluated and no more ([Explanation#MOST_EVALUATIONS]).
@NullMarked
package dev.countersign.policy.explain;

import org.jspecify.annotations.NullMarked;
