"""Stages with kernel arguments and the lock in one step. The bindings cannot hand them over together, and a stage that is
locked only afterwards could be finalised by a shutdown that comes between: so the library itself is called."""

import ctypes

from .errors import Failed

_ostree = ctypes.CDLL("libostree-1.so.1")
_glib = ctypes.CDLL("libglib-2.0.so.0")
_gobject = ctypes.CDLL("libgobject-2.0.so.0")


class _DeployTreeOpts(ctypes.Structure):
    """OstreeSysrootDeployTreeOpts."""

    _fields_ = [
        ("locked", ctypes.c_int),
        ("unused_bools", ctypes.c_int * 7),
        ("unused_ints", ctypes.c_int * 8),
        ("override_kernel_argv", ctypes.POINTER(ctypes.c_char_p)),
        ("overlay_initrds", ctypes.POINTER(ctypes.c_char_p)),
        ("unused_ptrs", ctypes.c_void_p * 6),
    ]


class _Error(ctypes.Structure):
    _fields_ = [("domain", ctypes.c_uint32), ("code", ctypes.c_int), ("message", ctypes.c_char_p)]


_ostree.ostree_sysroot_stage_tree_with_options.restype = ctypes.c_int
_ostree.ostree_sysroot_stage_tree_with_options.argtypes = [
    ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.POINTER(_DeployTreeOpts),
    ctypes.POINTER(ctypes.c_void_p), ctypes.c_void_p, ctypes.POINTER(ctypes.POINTER(_Error)),
]
_glib.g_key_file_new.restype = ctypes.c_void_p
_glib.g_key_file_set_string.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p]
_glib.g_key_file_unref.argtypes = [ctypes.c_void_p]
_glib.g_error_free.argtypes = [ctypes.POINTER(_Error)]
_gobject.g_object_unref.argtypes = [ctypes.c_void_p]


def stage(sysroot, osname, commit, origin, merge, arguments, locked, cancellable):
    """`origin`: group, key and value. Raises Failed with libostree's words."""
    argv = (ctypes.c_char_p * (len(arguments) + 1))(*(one.encode() for one in arguments), None)
    options = _DeployTreeOpts(locked=locked, override_kernel_argv=argv)
    made, error = ctypes.c_void_p(), ctypes.POINTER(_Error)()
    keys = _glib.g_key_file_new()
    _glib.g_key_file_set_string(keys, *(one.encode() for one in origin))
    try:
        done = _ostree.ostree_sysroot_stage_tree_with_options(
            _pointer(sysroot), osname.encode(), commit.encode(), keys, _pointer(merge), options, made, _pointer(cancellable), error
        )
    finally:
        _glib.g_key_file_unref(keys)
    if not done:
        text = error.contents.message.decode()
        _glib.g_error_free(error)
        raise Failed(text)
    _gobject.g_object_unref(made)


def _pointer(wrapper):
    """The GObject behind PyGObject's wrapper, which has it for a hash."""
    return hash(wrapper) if wrapper is not None else None
