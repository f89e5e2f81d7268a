/**
 * The annotation processor: it checks meshes, schedules and shardings while javac runs, and
 * generates plans. What is valid is decided by the runtime's verifier; here a finding is only
 * mapped to the element and annotation value that it is about. Nothing on this path reads JSON,
 * templates or command lines, because it is loaded into the user's compiler.
 */
@NullMarked
package dev.partir.processor;

import org.jspecify.annotations.NullMarked;
