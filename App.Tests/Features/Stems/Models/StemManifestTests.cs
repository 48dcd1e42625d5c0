using System.Text;
using System.Text.Json.Nodes;
using Downbeat.Networks;

namespace Downbeat.Tests.Features.Stems.Models;

/// <summary>Manifests in the models directory: what may stand in them, and that they come, change and go while the studio runs.</summary>
public sealed class StemManifestTests : IDisposable
{
    private const int Chunk = 8192;
    private readonly ModelBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public void Models_come_change_and_go_with_their_manifests()
    {
        Assert.Empty(bench.Shelf.States);

        bench.Put(ModelBench.Waveform(Chunk, 2048, "vocals"), ModelBench.Gains(Chunk, 0.5f));
        var first = bench.Separators.Choose(2).Name;
        using var lent = bench.Shelf.Lend(bench.Manifests.Find()[0]);
        Assert.Equal(($"{first} (all stems)", NetworkStanding.Loaded), (bench.State.Name, bench.State.State));

        bench.Put(ModelBench.Waveform(Chunk, 2048, "vocals"), ModelBench.Gains(Chunk, 0.6f));
        Assert.NotEqual(first, bench.Separators.Choose(2).Name);
        Assert.Equal(NetworkStanding.Ready, bench.State.State);
        Assert.Throws<StudioProblem>(() => bench.Separators.Choose(2, first));

        bench.Remove("model.stems.json");
        Assert.Empty(bench.Shelf.States);
        Assert.Empty(bench.Separators.For(2));
    }

    [Fact]
    public void The_model_of_the_highest_preference_is_taken_unless_another_is_asked_for()
    {
        foreach (var (name, preference) in new[] { ("a", 1), ("b", 3), ("c", 2) })
        {
            var manifest = ModelBench.Waveform(Chunk, 2048, "vocals");
            (manifest["name"], manifest["preference"]) = (name, preference);
            bench.Put(manifest, ModelBench.Gains(Chunk, preference), name);
        }

        Assert.Equal("bca", string.Concat(bench.Separators.For(2).Select(engine => engine.Name[0])));
        var named = bench.Separators.For(2)[2].Name;
        Assert.Equal(named, bench.Separators.Choose(2, named).Name);
        Assert.Throws<StudioProblem>(() => bench.Separators.Choose(4));
    }

    [Fact]
    public void Nobody_who_asks_waits_for_a_file_to_be_read()
    {
        var manifest = ModelBench.Waveform(Chunk, 2048, "vocals");
        manifest["files"] = new JsonArray(new JsonObject { ["file"] = "model.onnx", ["sha256"] = bench.Put("model.onnx", ModelBench.Gains(Chunk, 0.5f)) });
        bench.Put("model.stems.json", Encoding.UTF8.GetBytes(manifest.ToJsonString()));

        Assert.Equal(NetworkStanding.Checking, bench.State.State);
        bench.Shelf.Look();
        Assert.Equal(NetworkStanding.Ready, bench.State.State);
    }

    [Theory]
    [InlineData("{", "$, line 1")]
    [InlineData("null", "it is empty")]
    [InlineData("[]", "$, line 1")]
    [InlineData("""{"format":1,"colour":"red"}""", "$.colour")]
    [InlineData("""{"format":1,"name":null}""", "$.name")]
    [InlineData("""{"format":1,"kind":"picture"}""", "$.kind")]
    [InlineData("""{"format":99999999999}""", "$.format")]
    [InlineData("{}", "format must be 1")]
    public void A_file_that_is_no_manifest_is_refused_by_name(string text, string sentence) => AssertRefused(text, sentence);

    [Theory]
    [InlineData("format", "2", "format must be 1")]
    [InlineData("name", "\"\"", "name must be")]
    [InlineData("name", "\"a\\nb\"", "name must be")]
    [InlineData("sampleRate", "48000", "sampleRate must be 44100")]
    [InlineData("stems", "[]", "stems must be 1 to 16")]
    [InlineData("stems", "[null]", "stems must be 1 to 16")]
    [InlineData("stems", "[\"vocals\",\"vocals\"]", "stems must be 1 to 16")]
    [InlineData("stems", "[\"../vocals\"]", "stems must be 1 to 16")]
    [InlineData("stems", "[\"drums\"]", "stems must name vocals")]
    [InlineData("files", "[]", "files must be")]
    [InlineData("files", "[null]", "files must be")]
    [InlineData("files", "[{\"file\":\"../model.onnx\",\"sha256\":\"0000000000000000000000000000000000000000000000000000000000000000\"}]", "bare file names")]
    [InlineData("files", "[{\"file\":\"/etc/passwd\",\"sha256\":\"0000000000000000000000000000000000000000000000000000000000000000\"}]", "bare file names")]
    [InlineData("files", "[{\"file\":\"model.onnx\",\"sha256\":\"abc\"}]", "64 hexadecimal digits")]
    [InlineData("files", "[{\"file\":\"model.onnx\",\"sha256\":\"0000000000000000000000000000000000000000000000000000000000000000\",\"weights\":[{\"file\":\"..\",\"sha256\":\"\"}]}]", "files must be")]
    [InlineData("chunk", "2000000000", "chunk must be")]
    [InlineData("chunk", "-1", "chunk must be")]
    [InlineData("overlap", "0", "overlap must be")]
    [InlineData("overlap", "20000", "overlap must be")]
    [InlineData("window", "1024", "window, hop and bins are for mask models")]
    [InlineData("input", "{\"name\":\"x\",\"axes\":[\"batch\",\"time\"]}", "input must have")]
    [InlineData("input", "{\"name\":\"x\",\"axes\":[\"time\",\"time\",\"channel\"]}", "input must have")]
    [InlineData("input", "{\"name\":\"\",\"axes\":[\"channel\",\"time\"]}", "input must have")]
    [InlineData("output", "{\"names\":[],\"axes\":[\"stem\",\"channel\",\"time\"]}", "output must have names")]
    [InlineData("output", "{\"names\":[null],\"axes\":[\"stem\",\"channel\",\"time\"]}", "output must have names")]
    [InlineData("output", "{\"names\":[\"y\",\"z\"],\"axes\":[\"stem\",\"channel\",\"time\"]}", "output must name one tensor")]
    public void What_cannot_be_is_refused_before_anything_is_loaded(string field, string value, string sentence) =>
        AssertRefused(With(ModelBench.Waveform(Chunk, 2048, "vocals"), field, value), sentence);

    [Theory]
    [InlineData("window", "1000", "window must be")]
    [InlineData("window", "1073741824", "window must be")]
    [InlineData("hop", "0", "hop must be")]
    [InlineData("hop", "512", "hop must be")]
    [InlineData("hop", "250", "hop must be")]
    [InlineData("bins", "514", "bins must be")]
    [InlineData("power", "1e300", "power must be")]
    [InlineData("chunk", "1000000", "chunk must be")]
    [InlineData("overlap", "3", "overlap must be")]
    [InlineData("normalise", "\"song\"", "normalise is for")]
    [InlineData("output", "{\"names\":[\"y\"],\"axes\":[\"frequency\",\"time\"]}", "must both have the axis channel")]
    public void What_a_mask_model_cannot_be_is_refused_too(string field, string value, string sentence) =>
        AssertRefused(With(ModelBench.Mask(64, 16, ["batch", "channel", "frequency", "time"], ["y"], "vocals"), field, value), sentence);

    [Fact]
    public void One_that_cannot_be_read_does_not_hide_the_others_and_is_tried_again()
    {
        bench.Put(ModelBench.Waveform(Chunk, 2048, "vocals"), ModelBench.Gains(Chunk, 0.5f));
        using (bench.Hold("model.stems.json"))
        {
            Assert.Contains("it cannot be read", bench.State.Sentence, StringComparison.Ordinal);
            bench.Put("other.stems.json", "{}"u8.ToArray());
            Assert.Equal(2, bench.Shelf.States.Count);
        }

        bench.Shelf.Look();
        Assert.Single(bench.Separators.For(2));
    }

    [Fact]
    public void A_manifest_that_is_too_large_is_not_read() => AssertRefused(new string(' ', 70_000) + "{}", "larger than 64 KB");

    [Fact]
    public void Only_the_first_thirty_two_manifests_count()
    {
        for (var n = 0; n < 40; n++)
        {
            bench.Put($"{n:00}.stems.json", "{}"u8.ToArray());
        }

        Assert.Equal(32, bench.Shelf.States.Count);
    }

    private static string With(JsonObject manifest, string field, string value)
    {
        manifest["files"] = new JsonArray(new JsonObject { ["file"] = "model.onnx", ["sha256"] = new string('0', 64) });
        manifest[field] = JsonNode.Parse(value);
        return manifest.ToJsonString();
    }

    private void AssertRefused(string text, string sentence)
    {
        bench.Put("model.stems.json", Encoding.UTF8.GetBytes(text));

        Assert.Equal((NetworkStanding.Refused, "model.stems.json"), (bench.State.State, bench.State.Name));
        Assert.StartsWith("The model of model.stems.json is not used: ", bench.State.Sentence, StringComparison.Ordinal);
        Assert.Contains(sentence, bench.State.Sentence, StringComparison.Ordinal);
        Assert.Empty(bench.Separators.For(2));
    }
}
