using System.Text.Json;
using Downbeat.Media;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Score;

/// <summary>
/// How well the studio listens, beside aubio, as one table.
/// <c>dotnet run -c Release --project App.Tests -- score [folder with a truth.json ...] [--models folder of the networks' files]</c>; without a folder the test data
/// is taken.
/// </summary>
internal static class ScoreCommand
{
    private const string Legend = """
        BPM 0: no steady beat. off: to the nearest tempo that the truth calls fair. acc 1, acc 2: within 4 % of the true tempo, or of it times 1, 2, 3, 1/2 or 1/3.
        beat F: ±70 ms from 5 s on, against the beats as written; fair F, down F: at the best level that the truth calls fair. CMLt, AMLt: right in phase and period within
        17.5 % as written, or at any level. part: borders within 0.5 and 3 s; inner: without start and end; pairs: pairwise. key: MIREX weights. alarm: trust in a tempo where
        there is none. s: seconds of work, decoding left out. Definitions of mir_eval.
        """;

    public static async Task<int> RunAsync(string[] words)
    {
        try
        {
            var options = ScoreOptions.Read(words);
            using var shelf = options.OpenShelf();
            List<Engine> engines = [Engines.Dsp, .. shelf is null ? (Engine[])[] : [Engines.WithNetworks(shelf)], .. Aubio.IsThere ? (Engine[])[Aubio.Engine] : []];
            var scores = new List<PieceScore>();
            foreach (var folder in options.Folders.DefaultIfEmpty(Path.GetDirectoryName(TestData.PathOf("truth.json"))!))
            {
                scores.AddRange(await ScoreAsync(folder, engines, CancellationToken.None));
            }

            Console.WriteLine(ScoreTable.Of(scores));
            Console.WriteLine(Aubio.IsThere ? Legend : $"{Legend}\n\n{Aubio.IsMissing}");
            return 0;
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }

    /// <summary>Scores every piece of a folder; one whose files are not there or cannot be decoded is named and left out.</summary>
    public static async Task<IReadOnlyList<PieceScore>> ScoreAsync(string folder, IReadOnlyList<Engine> engines, CancellationToken stop)
    {
        var scores = new List<PieceScore>();
        foreach (var piece in TruePiece.ReadAll(folder))
        {
            if (piece.Files.FirstOrDefault(file => !File.Exists(file)) is { } missing)
            {
                Console.Error.WriteLine($"{piece.Name} is left out: there is no {missing}");
                continue;
            }

            try
            {
                // All engines or none: their means are over the same pieces.
                var answers = new List<PieceScore>();
                foreach (var engine in engines)
                {
                    Console.Error.WriteLine($"{engine.Name}: {piece.Name} …");
                    answers.Add(new(piece, engine.Name, await engine.ListenAsync(piece.Files, stop)));
                }

                scores.AddRange(answers);
            }
            catch (Exception e) when (e is StudioProblem or MediaFailure or InvalidOperationException)
            {
                Console.Error.WriteLine($"{piece.Name} is left out: {e.Message}");
            }
        }

        return scores;
    }
}
