# Finds what is not ours, as imported targets, so that its headers are system headers:
#   mptcp_glib       GLib
#   mptcp_gmodule    GLib's loader of modules
#   mptcp_wireshark  libwireshark and GLib
# and sets
#   MPTCP_WIRESHARK_PLUGIN_DIR  Wireshark's own folder of plugins, with its version
#   MPTCP_WIRESHARK_PROFILES_DIR  Wireshark's own folder of configuration profiles
#   MPTCP_WIRESHARK_MAN_DIR     where Wireshark's manual pages are
#   MPTCP_WIRESHARK_PLUGIN_ID   the last part of it ("4.0"), which any other such folder has too

find_package(PkgConfig REQUIRED)
pkg_check_modules(GLIB REQUIRED IMPORTED_TARGET GLOBAL glib-2.0>=2.66)
add_library(mptcp_glib ALIAS PkgConfig::GLIB)
pkg_check_modules(GMODULE REQUIRED IMPORTED_TARGET GLOBAL gmodule-no-export-2.0)
add_library(mptcp_gmodule ALIAS PkgConfig::GMODULE)

set(MPTCP_WIRESHARK_OLDEST 4.0)
add_library(mptcp_wireshark INTERFACE IMPORTED GLOBAL)

find_package(Wireshark CONFIG QUIET)
if(Wireshark_FOUND)
  if(Wireshark_VERSION VERSION_LESS MPTCP_WIRESHARK_OLDEST)
    message(FATAL_ERROR
            "Wireshark ${Wireshark_VERSION} is too old: ${MPTCP_WIRESHARK_OLDEST} is needed.")
  endif()
  target_include_directories(mptcp_wireshark SYSTEM INTERFACE "${Wireshark_INCLUDE_DIR}")
  target_link_libraries(mptcp_wireshark INTERFACE epan wsutil mptcp_glib)
  set(MPTCP_WIRESHARK_PLUGIN_DIR "${Wireshark_PLUGIN_INSTALL_DIR}")
  set(wireshark_prefix "${Wireshark_INSTALL_PREFIX}")
else()
  pkg_check_modules(WIRESHARK REQUIRED IMPORTED_TARGET GLOBAL
                    "wireshark>=${MPTCP_WIRESHARK_OLDEST}")
  target_link_libraries(mptcp_wireshark INTERFACE PkgConfig::WIRESHARK mptcp_glib)
  pkg_get_variable(MPTCP_WIRESHARK_PLUGIN_DIR wireshark plugindir)
  pkg_get_variable(wireshark_prefix wireshark prefix)
  set(Wireshark_VERSION "${WIRESHARK_VERSION}")
endif()

if(NOT MPTCP_WIRESHARK_PLUGIN_DIR)
  message(FATAL_ERROR "This Wireshark was built without plugins.")
endif()
set(MPTCP_WIRESHARK_PROFILES_DIR "${wireshark_prefix}/share/wireshark/profiles")
set(MPTCP_WIRESHARK_MAN_DIR "${wireshark_prefix}/share/man")
cmake_path(GET MPTCP_WIRESHARK_PLUGIN_DIR FILENAME MPTCP_WIRESHARK_PLUGIN_ID)
message(STATUS "Wireshark ${Wireshark_VERSION}, plugins in ${MPTCP_WIRESHARK_PLUGIN_DIR}")
