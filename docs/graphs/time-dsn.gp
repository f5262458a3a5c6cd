# The data sequence numbers of one direction of a connection over time, from the CSV of
# -z mptcp,series,connection=<n>:
#
#   gnuplot -e "points='dsn.csv'; direction='server_to_client'" docs/graphs/time-dsn.gp > dsn.png

set terminal pngcairo size 1200,700 font "sans,13"
set datafile separator ","
set datafile columnheaders
# Points of other kinds are left out without breaking a line.
set datafile missing NaN

set title sprintf("Data sequence numbers, %s", direction) noenhanced
set xlabel "Time since the first segment (s)"
set ylabel "Relative data sequence number (MB)"
set key left top reverse Left samplen 2
set grid lc rgb "#dddddd"

megabytes(name) = column(name) / 1e6
colour(subflow) = 6 + subflow
is(kind) = stringcolumn("direction") eq direction && stringcolumn("kind") eq kind
at(kind) = is(kind) ? column("elapsed") : NaN
on(kind, subflow) = column("subflow") == subflow ? at(kind) : NaN

stats points using (column("subflow")) nooutput

plot points using (at("window_edge")):(megabytes("value")) \
         with steps lc rgb "#e0b000" title "right edge of the window", \
     points using (at("data_ack")):(megabytes("value")) \
         with steps lc rgb "#009e40" title "DATA_ACK" noenhanced, \
     for [s=0:STATS_max] points using (on("new", s)):(megabytes("value")) \
         with points pt 7 ps 0.3 lc colour(s) title sprintf("new on subflow %d", s), \
     points using (at("retransmitted")):(megabytes("value")):(colour(column("subflow"))) \
         with points pt 2 ps 1 lc variable title "×: retransmitted, colour of the subflow", \
     points using (at("reinjected")):(megabytes("value")):("R"):(colour(column("subflow"))) \
         with labels tc variable font "sans,11" title "R: reinjected, colour of the subflow"
