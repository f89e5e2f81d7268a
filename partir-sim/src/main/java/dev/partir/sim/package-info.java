/**
 * What a partitioned program costs on a machine: hardware profiles, time, memory and the timeline
 * of one step. Search and the automatic tactics ask this package before they choose. It decides
 * nothing about how a program is partitioned; that is the runtime's part.
 */
@NullMarked
package dev.partir.sim;

import org.jspecify.annotations.NullMarked;
