//! Several ways to do one job, timed in turns: what disturbs the machine disturbs all of them alike, so ratios hold where
//! times do not. Processor time of this thread, not wall time; each figure is the median of many short windows.

use std::time::{Duration, Instant};

/// A job under a name; `run` does it as many times as it is told.
pub struct Contender<'a> {
    name: String,
    run: Box<dyn FnMut(usize) + 'a>,
}

impl<'a> Contender<'a> {
    /// `job` gets the number of the repetition, to pick its input by.
    pub fn new(name: impl Into<String>, mut job: impl FnMut(usize) + 'a) -> Self {
        let mut at = 0;
        let run = move |times: usize| {
            for _ in 0..times {
                job(at);
                at += 1;
            }
        };
        Self { name: name.into(), run: Box::new(run) }
    }
}

/// The windows of one contender, in nanoseconds for one job.
pub struct Times {
    pub name: String,
    windows: Vec<f64>,
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

impl Times {
    /// Nanoseconds for one job.
    pub fn median(&self) -> f64 {
        median(self.windows.clone())
    }

    /// How often this contender does its job while `slower` does its own once: the median over pairs of windows that lay
    /// side by side.
    pub fn ratio(&self, slower: &Self) -> f64 {
        median(slower.windows.iter().zip(&self.windows).map(|(slower, mine)| slower / mine).collect())
    }
}

const WINDOW: Duration = Duration::from_millis(8);

/// Runs every contender in `rounds` windows, in turns.
pub fn race(mut contenders: Vec<Contender<'_>>, rounds: usize) -> Vec<Times> {
    let counts: Vec<usize> = contenders.iter_mut().map(calibrate).collect();
    let mut windows = vec![Vec::with_capacity(rounds); contenders.len()];
    for _ in 0..rounds {
        for ((contender, count), windows) in contenders.iter_mut().zip(&counts).zip(&mut windows) {
            let begin = processor_time();
            (contender.run)(*count);
            windows.push((processor_time() - begin).as_nanos() as f64 / *count as f64);
        }
    }
    contenders.into_iter().zip(windows).map(|(contender, windows)| Times { name: contender.name, windows }).collect()
}

/// How many jobs fill a window, found by doubling; warms caches and buffers on the way.
fn calibrate(contender: &mut Contender<'_>) -> usize {
    let mut count = 1;
    loop {
        let begin = processor_time();
        (contender.run)(count);
        let taken = processor_time() - begin;
        if taken >= WINDOW / 2 {
            return ((count as f64 * WINDOW.as_secs_f64() / taken.as_secs_f64()) as usize).max(1);
        }
        count *= 2;
    }
}

/// Processor time of this thread where the system tells it, else wall time.
#[cfg(target_os = "linux")]
pub fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Processor time of this thread where the system tells it, else wall time.
#[cfg(not(target_os = "linux"))]
pub fn processor_time() -> Duration {
    static BEGIN: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    BEGIN.elapsed()
}

/// Seconds of wall time, for whole processes.
pub fn wall(mut job: impl FnMut()) -> f64 {
    let begin = Instant::now();
    job();
    begin.elapsed().as_secs_f64()
}

/// The median of repeated wall times.
pub fn median_of(times: usize, mut measure: impl FnMut() -> f64) -> f64 {
    median((0..times).map(|_| measure()).collect())
}

/// The most memory that a process ever had, in megabytes, read until it ends; and its processor time in seconds.
pub fn watch(child: &mut std::process::Child) -> (f64, f64) {
    let (mut peak, mut processor) = (0.0, 0.0);
    loop {
        let root = format!("/proc/{}", child.id());
        if let Ok(status) = std::fs::read_to_string(format!("{root}/status")) {
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")).and_then(|text| text.parse().ok());
            peak = f64::max(peak, kilobytes.unwrap_or(0.0) / 1024.0);
        }
        // utime and stime, in hundredths of a second.
        if let Ok(stat) = std::fs::read_to_string(format!("{root}/stat")) {
            let behind = stat.rsplit(')').next().unwrap_or_default();
            let ticks = behind.split_whitespace().skip(11).take(2).filter_map(|text| text.parse::<f64>().ok());
            processor = f64::max(processor, ticks.sum::<f64>() / 100.0);
        }
        if child.try_wait().unwrap().is_some() {
            return (peak, processor);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Prints a goal with the figure that answers it, and whether it holds.
pub fn goal(text: &str, holds: bool, figure: &str) {
    println!("  {} {text}: {figure}", if holds { "ok  " } else { "MISS" });
}

/// Nanoseconds in the unit that suits.
pub fn spell(nanoseconds: f64) -> String {
    match nanoseconds {
        n if n < 1e3 => format!("{n:.0} ns"),
        n if n < 1e6 => format!("{:.2} us", n / 1e3),
        n => format!("{:.2} ms", n / 1e6),
    }
}
