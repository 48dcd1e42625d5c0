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

    /// <summary>200 open circuits of each of the pages that cost much, with everything opened on them that is made only then.</summary>
    public async Task CircuitsAsync()
    {
        static string Song(int i) => $"/songs/{LoadSeed.SongOf(i % LoadSeed.Users, i / LoadSeed.Users)}";
        LoadUser User(int i) => bench.Seed.People[i % LoadSeed.Users];
        LoadUser Administrator(int i) => bench.Seed.Administrator;
        (string Name, Func<int, string> Path, Func<int, LoadUser> User)[] pages =
        [
            ("song", Song, User),
            ("timeline", i => Song(i) + "/timeline", User),
            ("mixer", i => Song(i) + "/stems", User),
            ("performance", _ => "/performance", Administrator),
            ("performance, requests", _ => "/performance/requests", Administrator),
            ("performance, database", _ => "/performance/database", Administrator),
        ];
        List<PageMemory> measured = [];
        foreach (var (name, path, user) in pages)
        {
            measured.Add(await PageAsync(name, path, user));
            Console.WriteLine($"    {measured[^1]}");
        }

        // A page whose circuits broke makes the number none.
        var heaviest = measured.MaxBy(page => page.IsWhole ? page.LiveMegabytes : double.MaxValue)!;
        Dictionary<string, double> values = new() { ["heaviest"] = heaviest.IsWhole ? heaviest.LiveMegabytes : double.NaN, ["left of each after closing/MB"] = measured.Max(page => page.LeftMegabytes), ["resident each/MB"] = measured.Max(page => page.ResidentMegabytes) };
        foreach (var page in measured)
        {
            values[$"{page.Name}/MB"] = page.LiveMegabytes;
        }

        bench.Add(
            "circuits",
            values,
            note: $"{Circuits} circuits of each page over blazorpack: a song of three minutes with waveform, {LoadSeed.ClipsEach} clips and what makes the video; its timeline; its mixer of {LoadSeed.Stems} stems; three parts of the performance page, for an administrator. "
                + $"All that can be opened is open ({string.Join(", ", measured.Where(page => page.Opened > 0).Select(page => $"{page.Name}: {page.Opened}"))}). Managed heap after full collections, which this asks for over EventPipe. The heaviest: {heaviest.Name}; pictures sent: {string.Join(", ", measured.Select(page => $"{page.Name} {page.BatchKilobytes:0} KB"))}.");
    }

    private async Task<PageMemory> PageAsync(string name, Func<int, string> path, Func<int, LoadUser> user)
    {
        using var http = new HttpClient(new HttpClientHandler { UseCookies = false });

        // What the first pages load once for all of them.
        await CloseAsync((await OpenAsync(http, 8, path, user)).Open);
        var (before, residentBefore) = (await bench.Studio.LiveBytesAsync(), bench.Studio.ResidentMegabytes);
        var (open, opened) = await OpenAsync(http, Circuits, path, user);
        var (during, residentDuring) = (await bench.Studio.LiveBytesAsync(), bench.Studio.ResidentMegabytes);
        var isWhole = Array.TrueForAll(open, circuit => circuit.Error is null);
        var kilobytes = open.Average(circuit => circuit.BatchBytes) / 1e3;
        await CloseAsync(open);
        var after = await bench.Studio.LiveBytesAsync();
        return new(name, isWhole, Each(during - before), (residentDuring - residentBefore) / Circuits, Each(after - before), opened, kilobytes);
    }

    private static double Each(long bytes) => bytes / 1e6 / Circuits;

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

    private Task<double> StudioBytesAsync(ReadOnlyMemory<byte> request) => AllocatedAsync(bench.Studio, request, () => bench.Studio.MetricAsync("dotnet.gc.heap.total_allocated"));

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

    // With how much was opened on the first of the pages: they are alike.
    private async Task<(CircuitClient[] Open, int Opened)> OpenAsync(HttpClient http, int count, Func<int, string> path, Func<int, LoadUser> user)
    {
        var open = new CircuitClient[count];
        var opened = new int[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            open[i] = await CircuitClient.OpenAsync(http, bench.Studio.Address, path(i), user(i).Cookie[8..]);
            opened[i] = await open[i].OpenAllAsync();
        });
        return (open, opened[0]);
    }

    private static async Task CloseAsync(IEnumerable<CircuitClient> circuits)
    {
        foreach (var circuit in circuits)
        {
            await circuit.DisposeAsync();
        }
    }

    private sealed record PageMemory(string Name, bool IsWhole, double LiveMegabytes, double ResidentMegabytes, double LeftMegabytes, int Opened, double BatchKilobytes);
}
