/**
 * The controller as a whole: its settings, the one place where everything is wired together, and the program that runs it.
 * May see every package below; nothing below may see this one.
 */
@NullMarked
package dev.varve.controller;

import org.jspecify.annotations.NullMarked;
