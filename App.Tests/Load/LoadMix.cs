namespace Downbeat.Tests.Load;

/// <summary>
/// What a hundred people at their pages and a few programs ask: a sequence that is the same in every run. Users and songs are drawn by Zipf's law, as few songs are asked for often and many seldom.
/// </summary>
internal sealed class LoadMix
{
    private static readonly (int Weight, Func<int, Random, string> Path)[] Routes =
    [
        (14, (_, _) => "songs"),
        (2, (_, random) => $"songs?page={random.Next(1, 6)}&fields=id,title,status"),
        (10, (user, random) => Heard(user, random)),
        (10, (user, random) => Heard(user, random) + "/analysis"),
        (12, (user, random) => Filmed(user, random) + "/clips/status"),
        (14, (user, random) => Heard(user, random) + "/audio"),
        (6, (user, random) => Heard(user, random) + "/waveform?points=1000"),
        (5, (user, random) => Filmed(user, random) + "/clips"),
        (5, (user, random) => $"clips/{Clip(user, random)}/thumbnail"),
        (5, (user, random) => $"clips/{Clip(user, random)}/video"),
        (4, (_, _) => "footage"),
        (2, (user, random) => Heard(user, random) + "/stems"),
        (3, (user, random) => Heard(user, random) + "/compositions"),
        (2, (_, _) => "compositions"),
        (3, (_, _) => "jobs"),
        (3, (user, random) => $"jobs/{LoadSeed.JobOf(user, random.Next(LoadSeed.SongsEach))}"),
        (2, (_, _) => "auth/me"),
        (1, (_, _) => "clips/generators"),
        (1, (_, _) => "separators?stems=4"),
    ];

    private readonly ReadOnlyMemory<byte>[] requests;

    private LoadMix(IEnumerable<ReadOnlyMemory<byte>> requests) => this.requests = [.. requests];

    /// <summary>What <see cref="Everything"/> is made of, in words.</summary>
    public static string Contents => $"{Routes.Length} reading routes over all rooms, 1 % changes and plans";

    /// <summary>How many there are before the first comes again.</summary>
    public int Count => requests.Length;

    /// <summary>The request of a turn.</summary>
    public ReadOnlyMemory<byte> At(int turn) => requests[turn % requests.Length];

    /// <summary>Reading and a little writing, over all rooms.</summary>
    /// <param name="seed">Whose songs.</param>
    /// <param name="users">How many of the users take part.</param>
    /// <param name="count">How many requests.</param>
    public static LoadMix Everything(LoadSeed seed, int users, int count)
    {
        var (random, wheel, people) = (new Random(7), new Wheel(Routes.Select(route => (double)route.Weight)), Wheel.Zipf(users));
        return new(Enumerable.Range(0, count).Select(i =>
        {
            var user = people.Draw(random);
            var bearer = seed.People[user].Bearer;
            if (i % 100 == 99)
            {
                return i % 200 == 99
                    ? LeanRequest.Of("PATCH", $"/api/v1/{Heard(user, random)}", """{"artist":"Somebody"}""", bearer)
                    : LeanRequest.Of("POST", $"/api/v1/{Heard(user, random)}/clips/plan", "{}", bearer);
            }

            var path = Routes[wheel.Draw(random)].Path(user, random);
            return path.EndsWith("/audio", StringComparison.Ordinal) || path.EndsWith("/video", StringComparison.Ordinal)
                ? LeanRequest.Get($"/api/v1/{path}", bearer, $"Range: bytes={random.Next(0, 4) * 65536}-{(random.Next(4, 8) * 65536) - 1}")
                : LeanRequest.Get($"/api/v1/{path}", bearer);
        }));
    }

    /// <summary>Of the same what the caches are for, in the same proportions, of all users.</summary>
    public static LoadMix Cached(LoadSeed seed, int count)
    {
        (int Weight, Func<int, Random, string> Path)[] routes =
        [
            (14, (_, _) => "songs"),
            (10, (user, random) => Heard(user, random) + "/analysis"),
            (12, (user, random) => Filmed(user, random) + "/clips/status"),
            (2, (_, _) => "compositions"),
            (3, (user, random) => Heard(user, random) + "/compositions"),
            (2, (_, _) => "auth/me"),
        ];
        var (random, wheel, people) = (new Random(11), new Wheel(routes.Select(route => (double)route.Weight)), Wheel.Zipf(LoadSeed.Users));
        return new(Enumerable.Range(0, count).Select(_ =>
        {
            var user = people.Draw(random);
            return LeanRequest.Get($"/api/v1/{routes[wheel.Draw(random)].Path(user, random)}", seed.People[user].Bearer);
        }));
    }

    private static readonly Wheel HeardSongs = Wheel.Zipf(LoadSeed.HeardEach);

    private static string Heard(int user, Random random) => $"songs/{LoadSeed.SongOf(user, HeardSongs.Draw(random))}";

    private static string Filmed(int user, Random random) => $"songs/{LoadSeed.SongOf(user, random.Next(LoadSeed.FilmedEach))}";

    private static Guid Clip(int user, Random random) => LoadSeed.ClipOf(user, random.Next(LoadSeed.FilmedEach), random.Next(LoadSeed.ClipsEach));

    /// <summary>Draws by weights.</summary>
    private sealed class Wheel
    {
        private readonly double[] sums;

        public Wheel(IEnumerable<double> weights)
        {
            var sum = 0.0;
            sums = [.. weights.Select(weight => sum += weight)];
        }

        public static Wheel Zipf(int count) => new(Enumerable.Range(1, count).Select(rank => 1.0 / rank));

        public int Draw(Random random)
        {
            var at = Array.BinarySearch(sums, random.NextDouble() * sums[^1]);
            return at >= 0 ? at : ~at;
        }
    }
}
