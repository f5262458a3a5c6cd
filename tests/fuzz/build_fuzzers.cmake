# Builds the fuzzers of TARGETS from SOURCE in BUILD with COMPILER: a test of its own.

execute_process(
  COMMAND "${CMAKE_COMMAND}" -G Ninja -S "${SOURCE}" -B "${BUILD}" -DMPTCP_FUZZ=ON
          "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}"
  COMMAND_ERROR_IS_FATAL ANY)
list(TRANSFORM TARGETS APPEND _fuzzer)
execute_process(COMMAND "${CMAKE_COMMAND}" --build "${BUILD}" --target ${TARGETS}
                COMMAND_ERROR_IS_FATAL ANY)
