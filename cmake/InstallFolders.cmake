# Where things go, in the build tree below plugins/ as in the installed one below
# MPTCP_INSTALL_DIR, so that WIRESHARK_PLUGIN_DIR=<build>/plugins finds them:
#   MPTCP_PLUGIN_SUBDIRECTORY   the plugin: Wireshark loads what it finds there
#   MPTCP_DIALOGS_SUBDIRECTORY  the windows, which only the plugin loads
# and
#   MPTCP_PROFILES_DIR          configuration profiles

set(MPTCP_PLUGIN_SUBDIRECTORY "${MPTCP_WIRESHARK_PLUGIN_ID}/epan")
set(MPTCP_DIALOGS_SUBDIRECTORY "${MPTCP_WIRESHARK_PLUGIN_ID}/mptcp_analysis")
if(MPTCP_INSTALL_PERSONAL)
  set(MPTCP_INSTALL_DIR "$ENV{HOME}/.local/lib/wireshark/plugins")
  set(MPTCP_PROFILES_DIR "$ENV{HOME}/.config/wireshark/profiles")
else()
  cmake_path(GET MPTCP_WIRESHARK_PLUGIN_DIR PARENT_PATH MPTCP_INSTALL_DIR)
  set(MPTCP_PROFILES_DIR "${MPTCP_WIRESHARK_PROFILES_DIR}")
endif()
