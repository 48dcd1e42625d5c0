using System.Globalization;

namespace Downbeat.Tests.Load;

/// <summary>Memory: of circuits and of media answers.</summary>
internal sealed class MemoryMeasures(LoadBench bench)
{
    private const int Circuits = 200;
    private const int MediaRounds = 300;

    /// <summary>Memory of a studio that nobody has asked for anything yet.</summary>
    public static async Task<double> IdleMegabytesAsync(ChildServer studio)
    {
        await Task.Delay(TimeSpan.FromSeconds(30));
        return studio.ResidentMegabytes;
    }

    /// <summary>200 open pages, by what lives in the managed heap after a full collection.</summary>
    /// <param name="id">The promise.</param>
    /// <param name="ending">What the address has after that of the song.</param>
    public async Task CircuitsAsync(string id, string ending)
    {
        using var http = new HttpClient(new HttpClientHandler { UseCookies = false });

        // What the first pages load once for all of them.
        await CloseAsync(await OpenAsync(http, 8, ending));
        var (before, residentBefore) = (await bench.Studio.LiveBytesAsync(), bench.Studio.ResidentMegabytes);
        var open = await OpenAsync(http, Circuits, ending);
        var (during, residentDuring) = (await bench.Studio.LiveBytesAsync(), bench.Studio.ResidentMegabytes);
        var alive = open.Count(circuit => circuit.Error is null);
        await CloseAsync(open);
        var after = await bench.Studio.LiveBytesAsync();
        bench.Add(
            id,
            new Dictionary<string, double>
            {
                ["live heap each"] = alive == Circuits ? (during - before) / 1e6 / Circuits : double.NaN,
                ["resident each/MB"] = (residentDuring - residentBefore) / Circuits,
                ["left of each after closing/MB"] = (after - before) / 1e6 / Circuits,
                ["circuits"] = alive,
                ["pictures each/KB"] = open.Average(circuit => circuit.BatchBytes) / 1e3,
            },
            note: $"{Circuits} circuits of {LoadSeed.Users} accounts over blazorpack, song of three minutes with waveform, {LoadSeed.ClipsEach} clips and what makes the video; managed heap after full collections, which this asks for over EventPipe.");
    }

    /// <summary>What the media path allocates for each answer, whatever its length, and what reading the file first would.</summary>
    public async Task MediaAsync()
    {
        var length = new FileInfo(bench.Seed.SongFile).Length;
        ReadOnlyMemory<byte> Part(long bytes) => LeanRequest.Get($"/api/v1/songs/{LoadSeed.SongOf(0, 0)}/audio", bench.Seed.People[0].Bearer, $"Range: bytes=0-{bytes - 1}");
        var small = await StudioBytesAsync(Part(64 << 10));
        var large = await StudioBytesAsync(Part(1 << 20));
        var whole = await StudioBytesAsync(Part(length));
        var plain = await AllocatedAsync(bench.Bare, LeanRequest.Get(BareServer.Plain), async () => double.Parse(await bench.Bare.Http.GetStringAsync(new Uri(bench.Bare.Address, BareServer.Allocated)), CultureInfo.InvariantCulture));
        bench.Add("media-memory", new Dictionary<string, double>
        {
            ["less than by reading the file"] = (1 - (whole / plain)) * 100,
            ["16 times the bytes cost"] = large / small,
            ["64 KB/KB"] = small / 1e3,
            ["1 MB/KB"] = large / 1e3,
            ["whole file/KB"] = whole / 1e3,
            ["whole file, read first/KB"] = plain / 1e3,
        });
    }

    private Task<double> StudioBytesAsync(ReadOnlyMemory<byte> request) => AllocatedAsync(bench.Studio, request, () => bench.Studio.MetricAsync("dotnet.gc.heap.total_allocated", tag: null));

    private static async Task<double> AllocatedAsync(ChildServer server, ReadOnlyMemory<byte> request, Func<Task<double>> read)
    {
        using var connection = new LeanConnection(server.EndPoint);
        await AskAsync(20);

        // What asking for the number allocates itself.
        var (first, before) = (await read(), await read());
        await AskAsync(MediaRounds);
        return (await read() - before - (before - first)) / MediaRounds;

        async Task AskAsync(int times)
        {
            for (var i = 0; i < times; i++)
            {
                if (await connection.SendAsync(request, CancellationToken.None) is { Status: not (200 or 206) } answer)
                {
                    throw new InvalidOperationException($"A media answer was {answer.Status}.");
                }
            }
        }
    }

    private async Task<CircuitClient[]> OpenAsync(HttpClient http, int count, string ending)
    {
        var open = new CircuitClient[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            var user = i % LoadSeed.Users;
            open[i] = await CircuitClient.OpenAsync(http, bench.Studio.Address, $"/songs/{LoadSeed.SongOf(user, i / LoadSeed.Users)}{ending}", bench.Seed.People[user].Cookie[8..]);
        });
        return open;
    }

    private static async Task CloseAsync(IEnumerable<CircuitClient> circuits)
    {
        foreach (var circuit in circuits)
        {
            await circuit.DisposeAsync();
        }
    }
}
