# Finds what the windows are made with, of the Qt that Wireshark itself uses (two of them in one
# process do not go together), as imported targets:
#   mptcp_qt           Qt's widgets and printing
#   mptcp_qcustomplot  QCustomPlot
# MPTCP_QT_FOUND says whether all of it is there; MPTCP_QT_MAJOR says which Qt.

find_program(MPTCP_WIRESHARK_PROGRAM wireshark)
set(wireshark_qt "")
if(MPTCP_WIRESHARK_PROGRAM AND CMAKE_OBJDUMP)
  execute_process(COMMAND "${CMAKE_OBJDUMP}" -p "${MPTCP_WIRESHARK_PROGRAM}"
                  OUTPUT_VARIABLE wireshark_needs ERROR_QUIET)
  if(wireshark_needs MATCHES "libQt([56])Core")
    set(wireshark_qt "${CMAKE_MATCH_1}")
  endif()
endif()
if(NOT wireshark_qt)
  # Debian took Qt 6 with 4.2.
  if(Wireshark_VERSION VERSION_LESS 4.2)
    set(wireshark_qt 5)
  else()
    set(wireshark_qt 6)
  endif()
endif()
set(MPTCP_QT_MAJOR "${wireshark_qt}" CACHE STRING "Major version of the Qt that Wireshark uses")

find_package(Qt${MPTCP_QT_MAJOR} QUIET COMPONENTS Widgets PrintSupport OPTIONAL_COMPONENTS Test)
if(MPTCP_QT_MAJOR EQUAL 5)
  set(qcustomplot QCustomPlot)
else()
  set(qcustomplot QCustomPlotQt6)
endif()
find_package(${qcustomplot} QUIET CONFIG)
find_package(yaml-cpp QUIET CONFIG)

set(MPTCP_QT_FOUND FALSE)
if(Qt${MPTCP_QT_MAJOR}_FOUND AND ${qcustomplot}_FOUND AND yaml-cpp_FOUND)
  set(MPTCP_QT_FOUND TRUE)
  add_library(mptcp_qt INTERFACE IMPORTED GLOBAL)
  target_link_libraries(mptcp_qt INTERFACE Qt${MPTCP_QT_MAJOR}::Widgets
                                           Qt${MPTCP_QT_MAJOR}::PrintSupport)
  add_library(mptcp_qcustomplot INTERFACE IMPORTED GLOBAL)
  target_link_libraries(mptcp_qcustomplot INTERFACE ${qcustomplot}::${qcustomplot} mptcp_qt)
  message(STATUS "Qt ${Qt${MPTCP_QT_MAJOR}_VERSION} for the windows")
else()
  message(STATUS "Qt ${MPTCP_QT_MAJOR} (widgets, printing), QCustomPlot or yaml-cpp is missing: "
                 "no windows under Statistics > MPTCP")
endif()
