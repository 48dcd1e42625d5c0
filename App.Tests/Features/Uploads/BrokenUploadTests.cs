using System.Net;
using System.Security.Cryptography;
using Downbeat.E2E.Support;
using Downbeat.Features.Uploads;
using Downbeat.Tests.Http;
using Downbeat.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Features.Uploads;

/// <summary>Connections that break, hang, or come twice.</summary>
public sealed class BrokenUploadTests(StudioFixture fixture) : IClassFixture<StudioFixture>
{
    private Studio Studio => fixture.Studio;

    [Fact]
    public async Task What_came_before_the_connection_broke_is_kept_and_the_rest_makes_the_same_song()
    {
        using var tus = await TusCaller.RegisterAsync(Studio);
        var file = await File.ReadAllBytesAsync(await SmallMedia.SongAsync(), TestContext.Current.CancellationToken);
        var id = await tus.OpenSongAsync(file.Length);
        var half = file.Length / 2;
        using (await tus.SendHalfAsync(Studio, id, 0, file, half))
        {
            await TusCaller.ArrivedAsync(Studio, id, half);
        }

        Assert.Equal(half, await tus.OffsetAsync(id));
        using var last = await tus.PatchAsync(id, half, file.AsMemory(half));
        Assert.Equal(HttpStatusCode.NoContent, last.StatusCode);
        Assert.Equal(file, await tus.Caller.Http.GetByteArrayAsync($"{last.Headers.Location}/audio", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Of_a_part_with_a_checksum_nothing_is_kept_when_the_connection_breaks()
    {
        using var tus = await TusCaller.RegisterAsync(Studio);
        var part = RandomNumberGenerator.GetBytes(50_000);
        var id = await tus.OpenSongAsync(100_000);
        var aside = () => Directory.EnumerateFiles(Path.Combine(Studio.DataDirectory, "work"), "part", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
        using (await tus.SendHalfAsync(Studio, id, 0, part, 30_000, $"Upload-Checksum: sha256 {Convert.ToBase64String(SHA256.HashData(part))}\r\n"))
        {
            while (aside() < 30_000)
            {
                await Task.Delay(1, TestContext.Current.CancellationToken);
            }
        }

        Assert.Equal(0, await tus.OffsetAsync(id));
        Assert.Equal(0, aside());
    }

    [Fact]
    public async Task While_a_part_comes_nobody_else_may_send_one_but_the_upload_can_be_stopped()
    {
        using var tus = await TusCaller.RegisterAsync(Studio);
        var part = RandomNumberGenerator.GetBytes(50_000);
        var id = await tus.OpenSongAsync(100_000);
        using var sender = await tus.SendHalfAsync(Studio, id, 0, part, 30_000);
        await TusCaller.ArrivedAsync(Studio, id, 30_000);

        Assert.Equal((423, "upload.busy"), await TusCaller.ProblemAsync(await tus.PatchAsync(id, 30_000, part)));
        Assert.Equal((423, "upload.busy"), await TusCaller.ProblemAsync(await tus.PatchAsync(id, 0, part)));
        using var head = await tus.SendAsync(HttpMethod.Head, $"uploads/{id}");
        Assert.Equal(HttpStatusCode.Locked, head.StatusCode);

        using var stopped = await tus.SendAsync(HttpMethod.Delete, $"uploads/{id}");
        Assert.Equal(HttpStatusCode.NoContent, stopped.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await tus.HeadAsync(id)).StatusCode);
        Assert.False(File.Exists(TusCaller.PathOf(Studio, id)));
    }

    [Fact]
    public async Task A_sender_that_has_fallen_silent_makes_way()
    {
        var clock = new PatientClock();
        await using var studio = Studio.Start(services => services.AddSingleton<TimeProvider>(clock));
        using var tus = await TusCaller.RegisterAsync(studio);
        var id = await tus.OpenSongAsync(100_000);
        var part = RandomNumberGenerator.GetBytes(50_000);
        using var sender = await tus.SendHalfAsync(studio, id, 0, part, 30_000);
        await TusCaller.ArrivedAsync(studio, id, 30_000);

        clock.RunOut();

        Assert.Equal(30_000, await tus.OffsetAsync(id));
        using var rest = await tus.PatchAsync(id, 30_000, part.AsMemory(30_000));
        Assert.Equal((HttpStatusCode.NoContent, "50000"), (rest.StatusCode, rest.Headers.GetValues("Upload-Offset").Single()));
    }

    /// <summary>The real clock, but patience with senders runs out when the test says so.</summary>
    private sealed class PatientClock : TimeProvider
    {
        private readonly List<Action> waiting = [];

        public void RunOut()
        {
            lock (waiting)
            {
                waiting.ForEach(end => end());
            }
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime != PartWriter.Patience)
            {
                return base.CreateTimer(callback, state, dueTime, period);
            }

            lock (waiting)
            {
                waiting.Add(() => callback(state));
            }

            return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
