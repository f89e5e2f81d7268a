/**
 * What a model author writes on code: meshes, axes, shardings, shapes and tactics. The annotations
 * are plain declarations, without behaviour and without a dependency that a user would notice. The
 * processor reads them while javac runs, and the runtime gives them their meaning. All are
 * annotations of declarations, not of types: kapt drops the latter from its stubs.
 */
@NullMarked
package dev.partir.annotations;

import org.jspecify.annotations.NullMarked;
