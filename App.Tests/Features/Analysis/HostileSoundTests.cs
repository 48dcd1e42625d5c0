using System.Buffers.Binary;
using System.Net.Http.Json;
using System.Text.Json;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Features.Analysis;

/// <summary>Sounds that are no music, odd or broken, sent the way people send them: each is refused with a reason, or listened to with an honest result.</summary>
public sealed class HostileSoundTests(Studios studios) : IDisposable
{
    private const int RateHz = 44100;

    // The kick of the small song, as a formula for ffmpeg.
    private const string Kick = "0.8*sin(2*PI*60*t)*exp(-18*mod(t,0.5))+0.1*sin(2*PI*440*t)";

    private ApiCaller? caller;

    public void Dispose() => caller?.Dispose();

    [Theory]
    [InlineData("silence.wav", "anullsrc=r=44100:cl=stereo,atrim=duration=12")]
    [InlineData("white.wav", "anoisesrc=r=44100:d=20:c=white:a=0.5:seed=1")]
    [InlineData("pink.flac", "anoisesrc=r=44100:d=20:c=pink:a=0.5:seed=2")]
    [InlineData("brown.wav", "anoisesrc=r=44100:d=20:c=brown:a=0.5:seed=3")]
    [InlineData("click.wav", "aevalsrc='0.9*eq(n,220500)':s=44100:d=12")]
    [InlineData("half.wav", "aevalsrc='0.5*sin(2*PI*440*t)':s=44100:d=0.5")]
    [InlineData("constant.wav", "aevalsrc='0.5':s=44100:d=12")]
    public async Task What_has_no_beat_gets_no_tempo_no_voice_and_no_form(string name, string source)
    {
        var analysis = await HearAsync(await SmallMedia.MakeAsync(name, "-f", "lavfi", "-i", source));

        AssertNoBeat(analysis);
        Assert.Empty(analysis.GetProperty("voice").EnumerateArray());
        Assert.Equal(0, Assert.Single(analysis.GetProperty("sections").EnumerateArray()).GetProperty("confidence").GetDouble());
    }

    [Fact]
    public async Task Speech_gets_no_tempo() => AssertNoBeat(await HearAsync(TestData.PathOf("audio/speech_female.ogg")));

    [Fact]
    public async Task Silence_has_no_loudness_and_no_key()
    {
        var analysis = await HearAsync(await SmallMedia.MakeAsync("silence_level.wav", "-f", "lavfi", "-i", "anullsrc=r=44100:cl=stereo,atrim=duration=12"));

        Assert.False(analysis.TryGetProperty("loudnessLufs", out _));
        Assert.Equal("", analysis.GetProperty("key").GetString());
    }

    [Theory]
    [InlineData("eight_channels.wav", $"aevalsrc='{Kick}|{Kick}|{Kick}|{Kick}|{Kick}|{Kick}|{Kick}|{Kick}':c=7.1:s=48000:d=12")]
    [InlineData("one_of_eight.wav", $"aevalsrc='{Kick}|0|0|0|0|0|0|0':c=7.1:s=48000:d=12")]
    [InlineData("8khz.wav", $"aevalsrc='{Kick}':s=8000:d=12")]
    [InlineData("192khz.wav", $"aevalsrc='{Kick}':s=192000:d=12")]
    [InlineData("offset.wav", $"aevalsrc='0.4+0.5*({Kick})':s=44100:d=12")]
    [InlineData("clipped.wav", $"aevalsrc='clip(20*({Kick}),-1,1)':s=44100:d=12")]
    [InlineData("faint.flac", $"aevalsrc='0.002*({Kick})':s=44100:d=12")]
    public async Task A_beat_is_heard_in_whatever_form_it_comes(string name, string source) =>
        AssertBeat(await HearAsync(await SmallMedia.MakeAsync(name, "-f", "lavfi", "-i", source)), 12);

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public async Task Samples_that_are_no_numbers_are_refused(float broken) =>
        await AssertRefusedAsync(await SendAsync(With(broken), "broken.wav"), "song.undecodable", "not numbers");

    [Theory]
    [InlineData(1e30f)]
    [InlineData(1e5f)]
    public async Task Samples_beyond_all_measure_are_refused(float huge) =>
        await AssertRefusedAsync(await SendAsync(With(huge), "huge.wav"), "song.undecodable", "dB above full scale");

    [Fact]
    public async Task A_wave_that_overshoots_full_scale_is_heard() => AssertBeat(await HearAsync([.. Kicks(12).Select(sample => 30 * sample)], "hot.wav"), 12);

    [Fact]
    public async Task A_header_that_promises_more_than_there_is_is_refused() =>
        await AssertRefusedAsync(await SendAsync(FloatWave(Kicks(12), 30 * RateHz), "long.wav"), "song.undecodable", "its end is missing");

    [Fact]
    public async Task A_header_that_promises_less_than_there_is_gives_what_it_promises_or_all()
    {
        var analysis = await AnalysisAsync(await SendAsync(FloatWave(Kicks(12), 33 * RateHz / 4), "short.wav"));

        var seconds = analysis.GetProperty("durationSeconds").GetDouble();
        Assert.True(Math.Abs(seconds - 8.25) < 0.1 || Math.Abs(seconds - 12) < 0.1, $"It lasts {seconds} s.");
        AssertBeat(analysis, seconds);
    }

    [Fact]
    public async Task A_header_that_promises_a_hundredth_of_a_second_is_refused_for_what_it_says() =>
        await AssertRefusedAsync(await SendAsync(FloatWave(Kicks(12), RateHz / 100), "tiny.wav"), "song.undecodable", "header is wrong about the length");

    [Fact]
    public async Task A_hundredth_of_a_second_with_a_long_note_behind_it_is_too_short()
    {
        byte[] wave = [.. FloatWave(Kicks(1), RateHz)[..(44 + (RateHz / 100 * sizeof(float)))], .. "LIST"u8, 0, 0x40, 0, 0, .. new byte[0x4000]];
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(40), RateHz / 100 * sizeof(float));
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(4), wave.Length - 8);

        await AssertRefusedAsync(await SendAsync(wave, "note.wav"), "song.too_short", "less than half a second");
    }

    private static float[] Kicks(int seconds) =>
    [
        .. Enumerable.Range(0, seconds * RateHz).Select(n => n / (double)RateHz).Select(t => (float)(0.8 * Math.Sin(2 * Math.PI * 60 * t) * Math.Exp(-18 * (t % 0.5)))),
    ];

    /// <summary>The kicks with a broken sample about once a second.</summary>
    private static float[] With(float broken)
    {
        var samples = Kicks(12);
        for (var n = 1000; n < samples.Length; n += 50_000)
        {
            samples[n] = broken;
        }

        return samples;
    }

    /// <summary>Mono WAV of floats whose header speaks of <paramref name="claimedSamples"/>.</summary>
    private static byte[] FloatWave(float[] samples, int claimedSamples)
    {
        var wave = new byte[44 + (samples.Length * sizeof(float))];
        "RIFF\0\0\0\0WAVEfmt "u8.CopyTo(wave);
        Write(4, 36 + (claimedSamples * sizeof(float)));
        Write(16, 16);
        BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(20), 3);
        BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(22), 1);
        Write(24, RateHz);
        Write(28, RateHz * sizeof(float));
        BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(32), sizeof(float));
        BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(34), 8 * sizeof(float));
        "data"u8.CopyTo(wave.AsSpan(36));
        Write(40, claimedSamples * sizeof(float));
        for (var n = 0; n < samples.Length; n++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(wave.AsSpan(44 + (n * sizeof(float))), samples[n]);
        }

        return wave;

        void Write(int at, int number) => BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(at), number);
    }

    private static async Task AssertRefusedAsync(HttpResponseMessage answer, string code, string why)
    {
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.InRange((int)answer.StatusCode, 400, 499);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        var detail = problem.GetProperty("detail").GetString();
        Assert.Contains(why, detail);
        Assert.EndsWith(".", detail);
    }

    private static void AssertNoBeat(JsonElement analysis)
    {
        AssertSound(analysis);
        Assert.Equal(0, analysis.GetProperty("bpm").GetDouble());
        Assert.Equal(0, analysis.GetProperty("bpmConfidence").GetDouble());
        Assert.Empty(analysis.GetProperty("beats").EnumerateArray());
        Assert.Empty(analysis.GetProperty("downbeats").EnumerateArray());
    }

    private static void AssertBeat(JsonElement analysis, double seconds)
    {
        AssertSound(analysis);
        double[] beats = [.. analysis.GetProperty("beats").EnumerateArray().Select(beat => beat.GetDouble())];
        Assert.Equal(120, analysis.GetProperty("bpm").GetDouble(), 0.5);
        Assert.True(BeatScore.F(BeatScore.Grid(0, 120, seconds), beats) > 0.9, $"Beats at {string.Join(' ', beats)}.");
    }

    /// <summary>What every analysis promises: numbers only, beats that rise inside the sound, parts that cover it.</summary>
    private static void AssertSound(JsonElement analysis)
    {
        Assert.All(Numbers(analysis), number => Assert.True(double.IsFinite(number)));
        var seconds = analysis.GetProperty("durationSeconds").GetDouble();
        double[] beats = [.. analysis.GetProperty("beats").EnumerateArray().Select(beat => beat.GetDouble())];
        Assert.Equal(beats.Distinct().Order(), beats);
        Assert.All(beats, beat => Assert.InRange(beat, 0, seconds));
        var edge = 0.0;
        foreach (var section in analysis.GetProperty("sections").EnumerateArray())
        {
            Assert.Equal(edge, section.GetProperty("start").GetDouble(), 1e-6);
            edge = section.GetProperty("end").GetDouble();
        }

        Assert.Equal(seconds, edge, 1e-6);
    }

    private static IEnumerable<double> Numbers(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => [value.GetDouble()],
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Numbers),
        JsonValueKind.Object => value.EnumerateObject().SelectMany(property => Numbers(property.Value)),
        _ => [],
    };

    private async Task<JsonElement> HearAsync(string file) => await AnalysisAsync(await SendAsync(await File.ReadAllBytesAsync(file), Path.GetFileName(file)));

    private async Task<JsonElement> HearAsync(float[] samples, string name) => await AnalysisAsync(await SendAsync(samples, name));

    private Task<HttpResponseMessage> SendAsync(float[] samples, string name) => SendAsync(FloatWave(samples, samples.Length), name);

    private async Task<HttpResponseMessage> SendAsync(byte[] content, string name)
    {
        caller ??= await ApiCaller.RegisterAsync(await studios.OnAsync("SQLite"));
        return await caller.UploadAsync("songs", new MemoryStream(content), name);
    }

    private async Task<JsonElement> AnalysisAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        var id = JsonSerializer.Deserialize<JsonElement>(text).GetProperty("id").GetString()!;
        var jobs = await caller!.GetAsync("jobs?kind=analysis&pageSize=100");
        var job = jobs.GetProperty("items").EnumerateArray().First(item => item.GetProperty("subjectId").GetString() == id);
        var end = await caller.JobEndAsync(job.GetProperty("id").GetString()!);
        Assert.True(end.GetProperty("status").GetString() == "succeeded", $"{end}");
        (await caller.Http.GetAsync($"songs/{id}/waveform")).EnsureSuccessStatusCode();
        return await caller.GetAsync($"songs/{id}/analysis");
    }
}
