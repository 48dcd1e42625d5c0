using System.Diagnostics;
using System.Globalization;
using System.Text;
using CsCheck;
using Downbeat.Media;
using Downbeat.Telemetry;
using Downbeat.Tests.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Downbeat.Tests.Media;

public sealed class SupervisorTests
{
    private static readonly RunLimits Patient = new(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5));
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);

    // Neither it nor its child listens to any signal that can be ignored.
    private const string Deaf = "trap '' TERM INT HUP QUIT\nsleep 600 &\necho $$ $! > \"$0.pids\"\nwhile :; do sleep 600; done";

    [Fact(Timeout = 60_000)]
    public async Task A_process_that_no_longer_moves_is_killed_with_its_children()
    {
        using var rig = Fake(Deaf);

        var failure = await Assert.ThrowsAsync<MediaFailure>(() => rig.Ffmpeg.RunAsync([], Patient with { Stall = TimeSpan.FromSeconds(2) }, null, TestContext.Current.CancellationToken));

        Assert.Equal(MediaFailureReason.Stalled, failure.Reason);
        await GoneAsync(rig);
    }

    [Fact(Timeout = 60_000)]
    public async Task Reports_without_movement_are_a_stall()
    {
        using var rig = Fake("while :; do echo frame=7; echo out_time_us=5000; echo progress=continue; sleep 0.05; done");

        var failure = await Assert.ThrowsAsync<MediaFailure>(() => rig.Ffmpeg.RunAsync([], Patient with { Stall = Soon }, null, TestContext.Current.CancellationToken));

        Assert.Equal(MediaFailureReason.Stalled, failure.Reason);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_process_that_always_moves_is_killed_at_the_wall_clock_limit()
    {
        using var rig = Fake("i=0; while :; do i=$((i+1)); echo frame=$i; echo out_time_us=$i; done");

        var failure = await Assert.ThrowsAsync<MediaFailure>(() => rig.Ffmpeg.RunAsync([], Patient with { WallClock = Soon }, null, TestContext.Current.CancellationToken));

        Assert.Equal(MediaFailureReason.TimedOut, failure.Reason);
    }

    [Fact(Timeout = 60_000)]
    public async Task Cancelling_kills_the_whole_tree()
    {
        using var rig = Fake("echo frame=1\necho out_time_us=1\n" + Deaf);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var moved = new TaskCompletionSource();

        var run = rig.Ffmpeg.RunAsync([], Patient, _ => moved.TrySetResult(), stop.Token);
        await moved.Task;
        while (!File.Exists(rig.PathOf("ffmpeg.pids")) || new FileInfo(rig.PathOf("ffmpeg.pids")).Length == 0)
        {
            await Task.Yield();
        }

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        await GoneAsync(rig);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_real_encode_stops_when_it_is_cancelled()
    {
        using var rig = new MediaRig();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        var run = rig.Ffmpeg.RunAsync(
            ["-f", "lavfi", "-i", "testsrc2=s=1280x720", "-c:v", "libx264", "-preset", "slow", rig.PathOf("endless.mp4")], Patient, _ => stop.Cancel(), stop.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_reader_that_fails_ends_the_process_and_its_exception_comes_out()
    {
        using var rig = Fake("while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done");

        await Assert.ThrowsAsync<InvalidDataException>(() => rig.Ffmpeg.PipeAsync(
            (string[])[], Patient, (_, _) => throw new InvalidDataException("enough"), TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_fed_arrives_in_order()
    {
        using var rig = Fake("cat > \"$0.got\"");
        var block = new byte[100_000];

        await rig.Ffmpeg.FeedAsync([], Patient, Enumerable.Range(1, 5).Select(i => Filled((byte)i)), TestContext.Current.CancellationToken);

        var got = await File.ReadAllBytesAsync(rig.PathOf("ffmpeg.got"), TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(1, 5).SelectMany(i => Enumerable.Repeat((byte)i, block.Length)), got);

        ReadOnlyMemory<byte> Filled(byte value)
        {
            block.AsSpan().Fill(value);
            return block;
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_process_that_ends_before_it_was_fed_tells_its_status()
    {
        using var rig = Fake("echo no such thing >&2; exit 3");

        var failure = await Assert.ThrowsAsync<MediaFailure>(() => rig.Ffmpeg.FeedAsync([], Patient, Endless(), TestContext.Current.CancellationToken));

        Assert.Equal((MediaFailureReason.ExitStatus, "no such thing\n"), (failure.Reason, failure.ErrorTail));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_process_that_does_not_eat_is_a_stall()
    {
        using var rig = Fake(Deaf);

        var failure = await Assert.ThrowsAsync<MediaFailure>(
            () => rig.Ffmpeg.FeedAsync([], Patient with { Stall = TimeSpan.FromSeconds(2) }, Endless(), TestContext.Current.CancellationToken));

        Assert.Equal(MediaFailureReason.Stalled, failure.Reason);
        await GoneAsync(rig);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_source_that_fails_ends_the_process_and_its_exception_comes_out()
    {
        using var rig = Fake("cat > /dev/null");

        await Assert.ThrowsAsync<InvalidDataException>(() => rig.Ffmpeg.FeedAsync(
            [], Patient, Endless().Select((block, i) => i < 3 ? block : throw new InvalidDataException("no more")), TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 60_000)]
    public async Task Feeding_stops_when_it_is_cancelled()
    {
        using var rig = Fake("cat > /dev/null");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.Ffmpeg.FeedAsync(
            [], Patient, Endless().Select((block, i) => { if (i == 3) { stop.Cancel(); } return block; }), stop.Token));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_answer_without_end_is_cut()
    {
        using var rig = Fake("while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done");

        var failure = await Assert.ThrowsAsync<MediaFailure>(() => rig.Ffmpeg.AskAsync("ffmpeg", [], Patient, TestContext.Current.CancellationToken));

        Assert.Equal(MediaFailureReason.WrongOutput, failure.Reason);
    }

    [Fact]
    public async Task A_failed_run_tells_its_status_and_its_last_words_only()
    {
        using var rig = Fake("i=0; while [ $i -lt 500 ]; do i=$((i+1)); echo line $i of many >&2; done; exit 3");

        var failure = await Assert.ThrowsAsync<MediaFailure>(() => rig.Ffmpeg.RunAsync([], Patient, null, TestContext.Current.CancellationToken));

        Assert.Equal((MediaFailureReason.ExitStatus, "ffmpeg ended with status 3."), (failure.Reason, failure.Message));
        Assert.EndsWith("line 500 of many\n", failure.ErrorTail, StringComparison.Ordinal);
        Assert.InRange(failure.ErrorTail.Length, 1000, 4096);
    }

    [Fact]
    public async Task Memory_and_priority_are_bounded()
    {
        using var rig = Fake("ulimit -v; ulimit -c; nice; echo $MALLOC_ARENA_MAX", new() { ProcessMemoryMegabytes = 512 });

        var answer = await rig.Ffmpeg.AskAsync("ffmpeg", [], Patient, TestContext.Current.CancellationToken);

        var lines = answer.Split('\n');
        Assert.Equal([(512 << 10).ToString(CultureInfo.InvariantCulture), "0"], lines[..2]);
        Assert.InRange(int.Parse(lines[2], CultureInfo.InvariantCulture), 10, 19);
        Assert.Equal("2", lines[3]);
    }

    [Fact]
    public async Task A_missing_tool_is_one_plain_sentence()
    {
        using var rig = new MediaRig(ownTools: true);

        var failure = await Assert.ThrowsAsync<MediaFailure>(() => new MediaTools(rig.Ffmpeg).FindAsync(TestContext.Current.CancellationToken));

        Assert.Equal((MediaFailureReason.ToolMissing, "ffmpeg is not installed; run ./run.sh or install the package ffmpeg."), (failure.Reason, failure.Message));
    }

    [Fact]
    public async Task That_the_tools_run_is_believed_for_a_while_and_that_they_do_not_is_not()
    {
        var stop = TestContext.Current.CancellationToken;
        using var rig = new MediaRig();
        var health = new FfmpegHealth(new(rig.Ffmpeg), TimeProvider.System);
        var tally = Tally.Begin();
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(new(), stop)).Status);
        var runs = tally.Counts.Runs;
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(new(), stop)).Status);
        Assert.Equal((true, runs), (runs > 0, tally.Counts.Runs));

        using var nothing = new MediaRig(ownTools: true);
        var unhealthy = new FfmpegHealth(new(nothing.Ffmpeg), TimeProvider.System);
        Assert.Equal(HealthStatus.Unhealthy, (await unhealthy.CheckHealthAsync(new(), stop)).Status);
        File.CreateSymbolicLink(nothing.PathOf("ffmpeg"), "/usr/bin/ffmpeg");
        File.CreateSymbolicLink(nothing.PathOf("ffprobe"), "/usr/bin/ffprobe");
        Assert.Equal(HealthStatus.Healthy, (await unhealthy.CheckHealthAsync(new(), stop)).Status);
    }

    [Fact]
    public async Task The_installed_tools_say_their_version()
    {
        using var rig = new MediaRig();

        var versions = await new MediaTools(rig.Ffmpeg).FindAsync(TestContext.Current.CancellationToken);

        Assert.InRange(versions.Ffmpeg.Major, 4, int.MaxValue);
        Assert.Equal(versions.Ffmpeg, versions.Ffprobe);
    }

    [Fact]
    public async Task Another_program_under_the_name_of_a_tool_is_one_plain_sentence()
    {
        using var rig = Fake("echo hello");

        var failure = await Assert.ThrowsAsync<MediaFailure>(() => new MediaTools(rig.Ffmpeg).FindAsync(TestContext.Current.CancellationToken));

        Assert.StartsWith(rig.PathOf("ffmpeg") + " does not answer as ffmpeg does;", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("my \"best\" clip.mp4")]
    [InlineData("-y")]
    [InlineData("-i evil.mp4")]
    [InlineData("with 'quotes' and \\ slashes\\")]
    [InlineData("📀🎬🎉 500.mp4")]
    [InlineData("concat:a|b.mp4")]
    [InlineData("%03d.mp4")]
    [InlineData("$(touch owned);.mp4")]
    public async Task An_evil_name_is_one_file_and_nothing_else(string name)
    {
        using var rig = new MediaRig();
        var clip = await rig.MakeAsync("made.mp4", "-f", "lavfi", "-i", "testsrc2=d=0.4:s=64x64", "-f", "lavfi", "-i", "sine=d=1", "-c:v", "libx264");
        var path = rig.PathOf(name);
        File.Move(clip, path);

        Assert.Equal("0.40 s", await Verdict.OfClipAsync(rig, path));
        Assert.StartsWith("1.0", await Verdict.OfSongAsync(rig, path), StringComparison.Ordinal);
        Assert.Equal([path], Directory.GetFileSystemEntries(rig.Folder));
    }

    [Fact]
    public void A_name_of_any_characters_stays_one_argument_that_is_no_option() =>
        Gen.String[Gen.Char.Where(c => c is not ('\0' or '/')), 1, 40].Where(name => name is not ("." or "..")).Sample(name =>
        {
            var input = MediaPolicy.Input(name, MediaKind.Mp4);
            Assert.StartsWith("/", input[^1], StringComparison.Ordinal);
            Assert.Equal("-i", input[^2]);
            Assert.EndsWith(name, input[^1], StringComparison.Ordinal);
        });

    [Fact]
    public async Task Arguments_reach_the_process_as_they_were_given()
    {
        using var rig = Fake("for a in \"$@\"; do printf '%s\\0' \"$a\"; done");
        string[] evil = ["plain", "with space", "\"quoted\"", "back\\slash\\", "\\\"", "'single'", "$HOME `id`", "tab\there", "line\nbreak", "", "emoji 🎬", "-y", "*"];

        var answer = await rig.Ffmpeg.AskAsync("ffmpeg", evil, Patient, TestContext.Current.CancellationToken);

        Assert.Equal(evil, answer.Split('\0')[..^1]);
    }

    [Fact(Explicit = true, Timeout = 600_000)]
    public async Task Helper_run_until_killed()
    {
        // No rig: it would leave its folder behind.
        var options = Options.Create(new MediaOptions { BinaryFolder = Environment.GetEnvironmentVariable("DOWNBEAT_FAKE_TOOLS")! });
        await new Ffmpeg(options, NullLogger<Ffmpeg>.Instance).RunAsync([], Patient, null, TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_tool_dies_with_the_studio_even_when_the_studio_is_killed()
    {
        using var rig = Fake("echo $$ > \"$0.pids\"\nexec sleep 600");
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOWNBEAT_FAKE_TOOLS"] = rig.Folder;
        string[] host = Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet" ? [typeof(SupervisorTests).Assembly.Location] : [];
        foreach (var argument in (string[])[.. host, "--explicit", "only", "--filter-method", "*" + nameof(Helper_run_until_killed)])
        {
            start.ArgumentList.Add(argument);
        }

        using var studio = Process.Start(start)!;
        while (!File.Exists(rig.PathOf("ffmpeg.pids")) || new FileInfo(rig.PathOf("ffmpeg.pids")).Length == 0)
        {
            Assert.False(studio.HasExited, studio.HasExited ? await studio.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) : "");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.True(IsAlive((await PidsAsync(rig))[0]));
        studio.Kill(entireProcessTree: false);

        await GoneAsync(rig);
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Endless()
    {
        while (true)
        {
            yield return new byte[1 << 16];
        }
    }

    private static MediaRig Fake(string script, MediaOptions? options = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The scripts need /proc and sh.");
        var rig = new MediaRig(options, ownTools: true);
        var path = rig.Write("ffmpeg", Encoding.UTF8.GetBytes("#!/bin/sh\n" + script + "\n"));
        if (OperatingSystem.IsLinux())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return rig;
    }

    private static async Task<int[]> PidsAsync(MediaRig rig) =>
        [.. (await File.ReadAllTextAsync(rig.PathOf("ffmpeg.pids"), TestContext.Current.CancellationToken)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];

    // The kernel ends killed processes in its own time; the timeout of the test is the limit.
    private static async Task GoneAsync(MediaRig rig)
    {
        foreach (var pid in await PidsAsync(rig))
        {
            while (IsAlive(pid))
            {
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }
        }
    }

    private static bool IsAlive(int pid)
    {
        try
        {
            // The state stands behind the name in parentheses; Z waits for a parent to take note of its end.
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
