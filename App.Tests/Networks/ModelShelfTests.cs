using Downbeat.Networks;
using Downbeat.Tests.Jobs;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Downbeat.Tests.Networks;

public sealed class ModelShelfTests : IDisposable
{
    private static readonly TinyModel Copying = new("Identity");
    private static readonly TinyModel Breaking = new("Log");
    private readonly string folder = Directory.CreateTempSubdirectory("downbeat-models-").FullName;
    private readonly HandClock clock = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Without_a_models_directory_nothing_is_lent_and_the_state_says_what_to_get()
    {
        using var shelf = Shelves.In(Path.Combine(folder, "nowhere"), clock, Copying.Network());

        Assert.Null(shelf.Lend(Copying.Network()));
        var state = Looked(shelf);
        Assert.Equal(NetworkStanding.Missing, state.State);
        Assert.Equal("Tiny is not there: get Tiny.onnx from https://example.org and put it into the models directory.", state.Sentence);
    }

    [Fact]
    public async Task The_right_file_is_loaded_once_and_works_for_all_who_lend_it()
    {
        using var shelf = ShelfWith(Copying);
        Assert.Equal(NetworkStanding.Ready, Looked(shelf).State);

        using var first = Lend(shelf);
        using var second = Lend(shelf);

        Assert.Equal((NetworkStanding.Loaded, 2), (Looked(shelf).State, Looked(shelf).Users));
        Assert.NotNull(Looked(shelf).MemoryBytes);
        Assert.Equal(new float[] { 1, 2, 3 }, await CopyAsync(first, 1, 2, 3));
        Assert.Equal(new float[] { 1, 2, 3, 4, 5, 6 }, await CopyAsync(second, 1, 2, 3, 4, 5, 6));
    }

    [Fact]
    public void A_file_with_other_content_is_refused_until_it_is_replaced()
    {
        File.WriteAllBytes(Path.Combine(folder, "Tiny.onnx"), [.. Copying.Bytes, 0]);
        using var shelf = Shelves.In(folder, clock, Copying.Network());

        Assert.Null(shelf.Lend(Copying.Network()));
        Assert.Equal(NetworkStanding.Refused, Looked(shelf).State);
        Assert.Contains("Tiny.onnx has other content than expected", Looked(shelf).Sentence, StringComparison.Ordinal);

        File.WriteAllBytes(Path.Combine(folder, "Tiny.onnx"), Copying.Bytes);
        using var lent = shelf.Lend(Copying.Network());
        Assert.NotNull(lent);
    }

    [Fact]
    public void A_file_with_other_tensors_is_refused()
    {
        File.WriteAllBytes(Path.Combine(folder, "Tiny.onnx"), Copying.Bytes);
        foreach (var network in new[] { Copying.Network(width: 4), Copying.Network(input: "z") })
        {
            using var shelf = Shelves.In(folder, clock, network);

            Assert.Null(shelf.Lend(network));
            Assert.Equal(NetworkStanding.Refused, Looked(shelf).State);
            Assert.Contains($"x[?,3] instead of {network.Inputs[0]}", Looked(shelf).Sentence, StringComparison.Ordinal);
            Assert.Null(Looked(shelf).MemoryBytes);
        }
    }

    [Fact]
    public void A_file_that_is_no_network_is_refused()
    {
        byte[] words = [.. "not a network"u8];
        var network = Copying.Network() with { File = new("words.onnx", TinyModel.Hash(words)) };
        File.WriteAllBytes(Path.Combine(folder, "words.onnx"), words);
        using var shelf = Shelves.In(folder, clock, network);

        Assert.Null(shelf.Lend(network));
        Assert.Equal(NetworkStanding.Refused, Looked(shelf).State);
        Assert.Contains("words.onnx cannot be loaded", Looked(shelf).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_of_labels_is_checked_too_and_handed_out()
    {
        var network = Copying.Network(labels: new("labels.txt", TinyModel.Hash("a\nb"u8)));
        using var shelf = ShelfWith(Copying, network);
        Assert.Equal(NetworkStanding.Missing, Looked(shelf).State);

        File.WriteAllText(Path.Combine(folder, "labels.txt"), "a\nc");
        Assert.Equal(NetworkStanding.Refused, Looked(shelf).State);

        File.WriteAllText(Path.Combine(folder, "labels.txt"), "a\nb");
        File.SetLastWriteTimeUtc(Path.Combine(folder, "labels.txt"), DateTime.UtcNow.AddMinutes(1));
        using var lent = shelf.Lend(network);
        Assert.Equal("a\nb"u8, lent!.Labels.Span);
    }

    [Fact]
    public async Task A_release_lets_those_finish_who_are_at_work()
    {
        using var shelf = ShelfWith(Copying);
        var lent = Lend(shelf);

        Assert.Equal(0, shelf.Release());
        Assert.Equal(new float[] { 1, 2, 3 }, await CopyAsync(lent, 1, 2, 3));
        Assert.Equal(NetworkStanding.Loaded, Looked(shelf).State);

        lent.Dispose();
        lent.Dispose();
        Assert.Equal((NetworkStanding.Ready, 0), (Looked(shelf).State, Looked(shelf).Users));
        using var again = Lend(shelf);
        Assert.Equal(new float[] { 4, 5, 6 }, await CopyAsync(again, 4, 5, 6));
    }

    [Fact]
    public async Task Releasing_all_the_time_disturbs_nobody()
    {
        using var shelf = ShelfWith(Copying);
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Stop }, async (n, _) =>
        {
            using var lent = Lend(shelf);
            shelf.Release();
            shelf.Tidy(isMemoryShort: true);
            Assert.Equal(new float[] { n, n + 1, n + 2 }, await CopyAsync(lent, n, n + 1, n + 2));
        });

        Assert.Equal((NetworkStanding.Ready, 0), (Looked(shelf).State, Looked(shelf).Users));
    }

    [Fact]
    public void What_nobody_used_for_ten_minutes_is_tidied_away_and_what_is_in_use_is_not()
    {
        using var shelf = ShelfWith(Copying);
        var lent = Lend(shelf);
        clock.Advance(TimeSpan.FromHours(1));
        shelf.Tidy(isMemoryShort: false);
        shelf.Tidy(isMemoryShort: true);
        Assert.Equal(NetworkStanding.Loaded, Looked(shelf).State);

        lent.Dispose();
        clock.Advance(TimeSpan.FromMinutes(9));
        shelf.Tidy(isMemoryShort: false);
        Assert.Equal(NetworkStanding.Loaded, Looked(shelf).State);

        clock.Advance(TimeSpan.FromMinutes(1));
        shelf.Tidy(isMemoryShort: false);
        Assert.Equal(NetworkStanding.Ready, Looked(shelf).State);
    }

    [Fact]
    public void When_memory_is_short_everything_unused_goes_at_once()
    {
        using var shelf = ShelfWith(Copying);
        Lend(shelf).Dispose();

        shelf.Tidy(isMemoryShort: true);

        Assert.Equal(NetworkStanding.Ready, Looked(shelf).State);
    }

    [Fact]
    public async Task A_network_whose_answers_are_no_numbers_is_not_lent_again_for_a_while()
    {
        using var shelf = ShelfWith(Breaking);
        using (var lent = Lend(shelf, Breaking))
        {
            await Assert.ThrowsAsync<NetworkFailure>(() => CopyAsync(lent, -1, -1, -1));
            Assert.Null(shelf.Lend(Breaking.Network()));
        }

        Assert.Equal(NetworkStanding.Refused, Looked(shelf).State);
        Assert.Null(Looked(shelf).MemoryBytes);
        Assert.Null(shelf.Lend(Breaking.Network()));

        clock.Advance(ModelShelf.Idle);
        shelf.Tidy(isMemoryShort: false);
        Lend(shelf, Breaking).Dispose();
    }

    [Fact]
    public async Task A_network_that_breaks_down_is_not_lent_again_until_the_models_are_released()
    {
        using var shelf = ShelfWith(Copying);
        using (var lent = Lend(shelf))
        {
            await Assert.ThrowsAsync<NetworkFailure>(() => lent.RunAsync([new([1, 2], 1, 2)], Stop));
        }

        Assert.Equal(NetworkStanding.Refused, Looked(shelf).State);
        Assert.Contains("failed at work", Looked(shelf).Sentence, StringComparison.Ordinal);

        shelf.Release();
        Lend(shelf).Dispose();
    }

    [Fact]
    public async Task Health_names_what_is_here_and_is_degraded_by_a_refused_file()
    {
        using var shelf = ShelfWith(Copying);
        shelf.Look();
        var health = await new ModelHealth(shelf).CheckHealthAsync(new(), Stop);
        Assert.Equal((HealthStatus.Healthy, "Tiny"), (health.Status, health.Description));

        File.WriteAllText(Path.Combine(folder, "Tiny.onnx"), "something else");
        shelf.Look();
        health = await new ModelHealth(shelf).CheckHealthAsync(new(), Stop);
        Assert.Equal(HealthStatus.Degraded, health.Status);

        File.Delete(Path.Combine(folder, "Tiny.onnx"));
        shelf.Look();
        health = await new ModelHealth(shelf).CheckHealthAsync(new(), Stop);
        Assert.Equal(HealthStatus.Healthy, health.Status);
    }

    private ModelShelf ShelfWith(TinyModel model, Network? network = null)
    {
        network ??= model.Network();
        File.WriteAllBytes(Path.Combine(folder, network.File.Name), model.Bytes);
        return Shelves.In(folder, clock, network);
    }

    private static NetworkState Looked(ModelShelf shelf)
    {
        shelf.Look();
        return Assert.Single(shelf.States);
    }

    private static NetworkLease Lend(ModelShelf shelf, TinyModel? model = null)
    {
        var lent = shelf.Lend((model ?? Copying).Network());
        Assert.NotNull(lent);
        return lent;
    }

    private static async Task<float[]> CopyAsync(NetworkLease lent, params float[] values) =>
        Assert.Single(await lent.RunAsync([new(values, values.Length / TinyModel.Width, TinyModel.Width)], Stop));
}
